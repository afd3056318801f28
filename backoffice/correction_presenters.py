"""Texts about corrections for staff: what is booked, and each balance before and after."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from core.money import Money
from customers.models import Organization
from ledger.balances import read_balance
from ledger.corrections.lines import DEBIT, CorrectionLine, read_line
from ledger.models import AccountKind, LedgerAccount


def explain_correction(terms: Mapping[str, Any]) -> list[str]:
    """Return the lines of a correction in words, with the balance of each account now and then."""
    paper = terms["attachment"]
    mode = "" if terms["livemode"] else " They are books of tests."
    return [
        f"These lines are booked; nothing that is booked already changes.{mode}",
        *(_explain_line(read_line(said), terms) for said in terms["lines"]),
        f"Shown by: {paper['name']} (SHA-256 {paper['sha256']}).",
    ]


def write_amount(terms: Mapping[str, Any]) -> str:
    """Return how much a correction moves: the sum of its debits."""
    debits = sum(said["amount_minor"] for said in terms["lines"] if said["side"] == DEBIT)
    return str(Money(debits, terms["currency"]))


def _explain_line(line: CorrectionLine, terms: Mapping[str, Any]) -> str:
    currency = terms["currency"]
    before = _read_balance(line, currency=currency, livemode=terms["livemode"])
    amount, after = Money(line.amount_minor, currency), before + line.signed_minor
    return (
        f"{line.side.capitalize()} {amount}: {_name_account(line)}."
        f" Its balance (debit positive) is {Money(before, currency)} now, {Money(after, currency)} then."
    )


def _name_account(line: CorrectionLine) -> str:
    kind = AccountKind(line.account.kind).label
    if line.account.organization_id is None:
        return kind
    return f"{kind}: {Organization.objects.get(pk=line.account.organization_id)}"


def _read_balance(line: CorrectionLine, *, currency: str, livemode: bool) -> int:
    holder = line.account.organization_id
    accounts = LedgerAccount.objects.filter(kind=line.account.kind, currency=currency, livemode=livemode)
    account = accounts.filter(Q(organization=holder) if holder else Q(organization=None)).first()
    return read_balance(account.pk) if account else 0
