"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from core import clock
from core.bulk import Row, allocate_ids, insert_missing_rows, insert_rows, run_query
from core.ids import new_public_ids
from core.money import Money
from ledger.errors import UnbalancedTransaction
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind

TRANSACTION_FIELDS = (
    "id",
    "public_id",
    "kind",
    "reference",
    "description",
    "currency",
    "livemode",
    "created_at",
)
ENTRY_FIELDS = ("transaction", "account", "amount_minor")
ACCOUNTS = """
SELECT id, kind, organization_id, currency, livemode FROM ledger_ledgeraccount
WHERE kind = ANY(%s) AND (organization_id = ANY(%s) OR organization_id IS NULL)
"""


class AccountRef(NamedTuple):
    """Names an account by what it is; it is opened when money first reaches it."""

    kind: AccountKind
    organization_id: int | None = None


Pot = tuple[AccountRef, str, bool]  # in a currency, live or test


class Posting(NamedTuple):
    """One move of money to record: cents per account, debit positive, adding up to zero."""

    kind: TransactionKind
    reference: str
    description: str
    livemode: bool
    currency: str
    moves: Mapping[AccountRef, int]
    at: datetime | None = None


@transaction.atomic
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
    currencies = {money.currency for money in moves.values()}
    if len(currencies) != 1:
        raise UnbalancedTransaction
    cents = {ref: money.amount_minor for ref, money in moves.items()}
    Journal([Posting(kind, reference, description, livemode, currencies.pop(), cents)]).write_missing()


class Journal:
    """Moves of money to record in the caller's transaction: reads at once what `write` will need.

    So a caller can have other things written in between, and nobody waits for an answer.
    """

    def __init__(self, postings: Sequence[Posting]) -> None:
        """Open the accounts. Raises UnbalancedTransaction."""
        if any(sum(posting.moves.values()) or not posting.moves for posting in postings):
            raise UnbalancedTransaction
        self._postings = postings
        self._ids = allocate_ids(LedgerTransaction, len(postings))
        self._accounts = _open_accounts(
            {(ref, p.currency, p.livemode) for p in postings for ref, cents in p.moves.items() if cents}
        )

    def write(self) -> None:
        """Record all of them. Raises IntegrityError when one of this kind and reference is there already."""
        insert_rows(LedgerTransaction, TRANSACTION_FIELDS, self._list_transactions())
        insert_rows(LedgerEntry, ENTRY_FIELDS, self._list_entries())

    def write_missing(self) -> None:
        """Record those whose kind and reference are not there yet."""
        entries = (LedgerEntry, ENTRY_FIELDS, self._list_entries())
        insert_missing_rows(LedgerTransaction, TRANSACTION_FIELDS, self._list_transactions(), parts=entries)

    def _list_transactions(self) -> list[Row]:
        now, public_ids = clock.now(), new_public_ids(len(self._postings))
        return [
            (pk, public_id, p.kind, p.reference, p.description, p.currency, p.livemode, p.at or now)
            for pk, public_id, p in zip(self._ids, public_ids, self._postings, strict=True)
        ]

    def _list_entries(self) -> list[Row]:
        return [
            (pk, self._accounts[ref, p.currency, p.livemode], cents)
            for pk, p in zip(self._ids, self._postings, strict=True)
            for ref, cents in p.moves.items()
            if cents
        ]


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
    kinds = {ref.kind for ref, _, _ in pots}
    holders = {ref.organization_id for ref, _, _ in pots} - {None}
    found = {
        (AccountRef(AccountKind(kind), holder), currency, livemode): pk
        for pk, kind, holder, currency, livemode in run_query(ACCOUNTS, [list(kinds), list(holders)])
    }
    return {pot: found[pot] for pot in pots if pot in found}
