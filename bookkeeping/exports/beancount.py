"""The journal as Beancount text, which `bean-check` accepts: it begins and ends with balances that tie.

Debit is positive there as here. Amounts have all the decimals of their currency; dates are UTC.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import F

from bookkeeping.exports.cells import write_instant
from core.money import Money
from ledger.as_of import read_balances_as_of
from ledger.journal import JournalEntry, stream_journal
from ledger.models import LedgerAccount

# The account of a kind; one that is not named here stands under Equity by its own name.
NAMES = {
    "buyer_clearing": "Assets:Clearing",
    "disputed": "Assets:Disputed",
    "seller_payable": "Liabilities:Sellers",
    "payouts_in_transit": "Liabilities:PayoutsInTransit",
    "commission_revenue": "Income:Commission",
    "processor_fees": "Expenses:ProcessorFees",
}
Balances = dict[tuple[str, str], int]  # Cents by account and currency.


def write_journal(start: datetime, end: datetime, *, livemode: bool = True) -> Iterator[str]:
    """Return the lines of the file for whole days (UTC), reading as they are taken."""
    balances = _read_opening(start, livemode)
    yield f'option "title" "{"Live" if livemode else "Test"} books"\n'
    yield from _open_accounts(start.date(), livemode)
    yield from _write_opening(start.date(), balances)
    entries = stream_journal(start, end, livemode=livemode)
    for _, lines in groupby(entries, attrgetter("transaction_id")):
        yield from _write_transaction(list(lines), balances)
    for (account, currency), minor in sorted(balances.items()):
        yield f"{end.date()} balance {account} {_write_amount(minor, currency)} {currency}\n"


def name_account(kind: str, organization_id: object | None) -> str:
    """Return the name of an account; that of a seller ends in the organisation's id."""
    name = NAMES.get(kind) or f"Equity:{kind.title().replace('_', '')}"
    return f"{name}:{str(organization_id).upper()}" if organization_id else name


def quote(text: str) -> str:
    """Return a string of Beancount's: on one line, with its quotes and backslashes marked."""
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _open_accounts(day: date, livemode: bool) -> Iterator[str]:
    rows = LedgerAccount.objects.filter(livemode=livemode).order_by("pk")
    opened = set()
    for kind, organization in rows.values_list("kind", "organization__public_id").iterator():
        name = name_account(kind, organization)
        if name not in opened:
            opened.add(name)
            yield f"{day} open {name}\n"


def _read_opening(start: datetime, livemode: bool) -> Balances:
    by_account = read_balances_as_of(start, livemode=livemode)
    balances: Balances = defaultdict(int)
    accounts = LedgerAccount.objects.filter(livemode=livemode).annotate(holder=F("organization__public_id"))
    for account in accounts.iterator():
        name = name_account(account.kind, account.holder)
        balances[name, account.currency] += by_account.get(account.pk, 0)
    return balances


def _write_opening(day: date, balances: Balances) -> Iterator[str]:
    """Return what the accounts held before, as one transaction: all of a currency add up to zero."""
    held = [(account, currency, minor) for (account, currency), minor in sorted(balances.items()) if minor]
    if held:
        yield f'{day} * "Opening balances"\n'
        yield from (_write_posting(account, minor, currency) for account, currency, minor in held)


def _write_transaction(lines: list[JournalEntry], balances: Balances) -> Iterator[str]:
    first = lines[0]
    yield f"{first.created_at.date()} * {quote(first.kind)} {quote(first.description)}\n"
    yield f'  id: "{first.public_id}"\n'
    yield f"  reference: {quote(first.reference)}\n"
    yield f'  booked: "{write_instant(first.created_at)}"\n'
    if first.occurred_at is not None:
        yield f'  occurred: "{write_instant(first.occurred_at)}"\n'
    for line in lines:
        account = name_account(line.account_kind, line.organization_public_id)
        balances[account, line.currency] += line.amount_minor
        yield _write_posting(account, line.amount_minor, line.currency)


def _write_posting(account: str, minor: int, currency: str) -> str:
    return f"  {account}  {_write_amount(minor, currency)} {currency}\n"


def _write_amount(minor: int, currency: str) -> str:
    """Return an amount in units with all its decimals and a point: -1.25 for -125 cents."""
    return f"{Money(minor, currency).units:f}"
