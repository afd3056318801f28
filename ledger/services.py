"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core import clock
from core.bulk import allocate_ids, insert_rows, list_columns, run_query
from core.ids import new_public_ids
from ledger.errors import UnbalancedTransaction
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from ledger.postings import AccountRef, Posting


class FoundAccount(NamedTuple):
    """The columns of an account that is looked up."""

    id: int
    kind: str
    organization_id: int | None
    currency: str
    livemode: bool


ACCOUNTS = f"""
SELECT {list_columns("account", FoundAccount)} FROM ledger_ledgeraccount account
WHERE kind = ANY(%s) AND (organization_id = ANY(%s) OR organization_id IS NULL)
"""


class NewTransaction(NamedTuple):
    """The columns of a new transaction."""

    id: int
    public_id: UUID
    kind: str
    reference: str
    description: str
    currency: str
    livemode: bool
    created_at: datetime


class NewEntry(NamedTuple):
    """The columns of a new entry; the database adds the id of its own transaction."""

    transaction_id: int
    account_id: int
    amount_minor: int


Pot = tuple[AccountRef, str, bool]  # in a currency, live or test


class Journal:
    """Moves of money to record in the caller's transaction: reads at once what `write` will need.

    So a caller can have other things written in between, and nobody waits for an answer.
    """

    def __init__(self, postings: Sequence[Posting]) -> None:
        """Open the accounts. Raises UnbalancedTransaction."""
        if any(sum(moves.values()) or not moves for _, _, moves in postings):
            raise UnbalancedTransaction
        self._postings = postings
        self._ids = allocate_ids(LedgerTransaction, len(postings))
        self._accounts = _open_accounts(
            {
                (ref, source.currency, source.livemode)
                for _, source, moves in postings
                for ref, cents in moves.items()
                if cents
            }
        )

    def write(self) -> None:
        """Record all of them. Raises IntegrityError when one of this kind and reference is there already."""
        insert_rows(LedgerTransaction, self._list_transactions())
        insert_rows(LedgerEntry, self._list_entries())

    def _list_transactions(self) -> list[NewTransaction]:
        now, public_ids = clock.now(), new_public_ids(len(self._postings))
        return [
            NewTransaction(
                id=pk,
                public_id=public_id,
                kind=kind,
                reference=source.reference,
                description=source.description,
                currency=source.currency,
                livemode=source.livemode,
                created_at=source.at or now,
            )
            for pk, public_id, (kind, source, _) in zip(self._ids, public_ids, self._postings, strict=True)
        ]

    def _list_entries(self) -> list[NewEntry]:
        return [
            NewEntry(pk, self._accounts[ref, source.currency, source.livemode], cents)
            for pk, (_, source, moves) in zip(self._ids, self._postings, strict=True)
            for ref, cents in moves.items()
            if cents
        ]


def _open_accounts(pots: Set[Pot]) -> dict[Pot, int]:
    """Return the account of each pot, opening those that money reaches for the first time."""
    found = _find_accounts(pots) if pots else {}
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
    accounts = map(FoundAccount._make, run_query(ACCOUNTS, [list(kinds), list(holders)]))
    found = {
        (AccountRef(AccountKind(each.kind), each.organization_id), each.currency, each.livemode): each.id
        for each in accounts
    }
    return {pot: found[pot] for pot in pots if pot in found}
