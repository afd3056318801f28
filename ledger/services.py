"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from core import clock
from core.bulk import allocate_ids, insert_missing_rows, insert_rows
from core.ids import new_public_id
from core.money import Money
from ledger.errors import UnbalancedTransaction
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind


class AccountRef(NamedTuple):
    """Names an account by what it is; it is opened when money first reaches it."""

    kind: AccountKind
    organization_id: int | None = None


Pot = tuple[AccountRef, str, bool]  # in a currency, live or test


@dataclass(frozen=True, slots=True)
class Posting:
    """One move of money to record: cents per account, debit positive, of one currency, adding up to zero."""

    kind: TransactionKind
    reference: str
    description: str
    livemode: bool
    moves: Mapping[AccountRef, Money]
    at: datetime | None = None


def post_transaction(
    *,
    kind: TransactionKind,
    reference: str,
    description: str,
    livemode: bool,
    moves: Mapping[AccountRef, Money],
) -> None:
    """Record one move of money; the same kind and reference again changes nothing.

    Raises UnbalancedTransaction.
    """
    post_transactions([Posting(kind, reference, description, livemode, moves)])


@transaction.atomic
def post_transactions(postings: Sequence[Posting]) -> None:
    """Record many moves of money, each once per kind and reference. Raises UnbalancedTransaction."""
    if not postings:
        return
    currencies = [_require_balance(posting) for posting in postings]
    ids = allocate_ids(LedgerTransaction, len(postings))
    now = clock.now()
    new = insert_missing_rows(
        LedgerTransaction,
        ("id", "public_id", "kind", "reference", "description", "currency", "livemode", "created_at"),
        [
            (pk, new_public_id(), p.kind, p.reference, p.description, currency, p.livemode, p.at or now)
            for pk, p, currency in zip(ids, postings, currencies, strict=True)
        ],
    )
    _insert_entries([(pk, posting) for pk, posting in zip(ids, postings, strict=True) if pk in new])


def _insert_entries(posted: Sequence[tuple[int, Posting]]) -> None:
    lines = [
        (pk, (ref, money.currency, posting.livemode), money.amount_minor)
        for pk, posting in posted
        for ref, money in posting.moves.items()
        if money.amount_minor
    ]
    accounts = _open_accounts({pot for _, pot, _ in lines})
    insert_rows(
        LedgerEntry,
        ("transaction", "account", "amount_minor"),
        [(pk, accounts[pot], amount_minor) for pk, pot, amount_minor in lines],
    )


def _require_balance(posting: Posting) -> str:
    currencies = {money.currency for money in posting.moves.values()}
    if len(currencies) != 1 or sum(money.amount_minor for money in posting.moves.values()) != 0:
        raise UnbalancedTransaction
    return currencies.pop()


def _open_accounts(pots: Set[Pot]) -> dict[Pot, int]:
    """Return the account of each pot, opening those that money reaches for the first time."""
    found = _find_accounts(pots)
    missing = pots - found.keys()
    if not missing:
        return found
    rows = [(ref.kind, ref.organization_id, currency, livemode) for ref, currency, livemode in missing]
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(kind=kind, organization_id=holder, currency=currency, livemode=livemode)
            for kind, holder, currency, livemode in sorted(rows, key=str)
        ],
        ignore_conflicts=True,
    )
    return _find_accounts(pots)


def _find_accounts(pots: Set[Pot]) -> dict[Pot, int]:
    accounts = LedgerAccount.objects.filter(kind__in={ref.kind for ref, _, _ in pots}).for_organizations(
        {ref.organization_id for ref, _, _ in pots}
    )
    rows = accounts.values_list("pk", "kind", "organization_id", "currency", "livemode")
    by_pot = {
        (AccountRef(AccountKind(kind), holder), currency, livemode): pk
        for pk, kind, holder, currency, livemode in rows
    }
    return {pot: by_pot[pot] for pot in pots if pot in by_pot}
