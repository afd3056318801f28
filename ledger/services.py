"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core import clock
from core.bulk import insert_rows, list_columns, run_query
from core.ids import new_public_ids
from ledger.errors import UnbalancedTransaction
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from ledger.models.book_guards import CLOSED_UNTIL, POSTING_LOCK
from ledger.postings import AccountRef, Posting, Source


class FoundAccount(NamedTuple):
    """The columns of an account that is looked up."""

    id: int
    kind: str
    organization_id: int | None
    currency: str
    livemode: bool
    closed_until: datetime | None


# The lock comes first and what is closed is read by the next statement: until we commit it stays true.
ALLOCATE_IDS = f"""
SELECT nextval(s) FROM pg_advisory_xact_lock_shared({POSTING_LOCK}),
    pg_get_serial_sequence('ledger_ledgertransaction', 'id') s, generate_series(1, %s)
"""
ACCOUNTS = f"""
SELECT {list_columns("account", FoundAccount)}
FROM (SELECT *, ({CLOSED_UNTIL}) AS closed_until FROM ledger_ledgeraccount) account
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
    occurred_at: datetime | None


class NewEntry(NamedTuple):
    """The columns of a new entry; the database adds the id of its own transaction."""

    transaction_id: int
    account_id: int
    amount_minor: int


Pot = tuple[AccountRef, str, bool]  # in a currency, live or test


class Dates(NamedTuple):
    """When a transaction counts, and when it happened, if that was in a month that is closed."""

    created_at: datetime
    occurred_at: datetime | None = None


class Journal:
    """Moves of money to record in the caller's transaction: reads at once what `write` will need.

    So a caller can have other things written in between, and nobody waits for an answer. What happened in a
    month that is closed by now is posted into the open one, and keeps when it happened. Until the caller
    commits, no other month is closed.
    """

    def __init__(self, postings: Sequence[Posting]) -> None:
        """Open the accounts. Raises UnbalancedTransaction."""
        if any(sum(moves.values()) or not moves for _, _, moves in postings):
            raise UnbalancedTransaction
        self._postings = postings
        self._ids = [pk for (pk,) in run_query(ALLOCATE_IDS, [len(postings)])] if postings else []
        self._accounts, self._closed_until = _open_accounts(
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
                **self._date(source, now)._asdict(),
            )
            for pk, public_id, (kind, source, _) in zip(self._ids, public_ids, self._postings, strict=True)
        ]

    def _date(self, source: Source, now: datetime) -> Dates:
        at, closed_until = source.at or now, self._closed_until
        if closed_until is None or at >= closed_until or not source.livemode:
            return Dates(at)
        return Dates(closed_until, occurred_at=at)

    def _list_entries(self) -> list[NewEntry]:
        return [
            NewEntry(pk, self._accounts[ref, source.currency, source.livemode], cents)
            for pk, (_, source, moves) in zip(self._ids, self._postings, strict=True)
            for ref, cents in moves.items()
            if cents
        ]


def _open_accounts(pots: Set[Pot]) -> tuple[dict[Pot, int], datetime | None]:
    """Return the account of each pot, and until when months are closed (UTC).

    Opens those that money reaches for the first time.
    """
    found, closed_until = _find_accounts(pots)
    missing = pots - found.keys()
    if not missing:
        return found, closed_until
    rows = [(ref.kind, ref.organization_id, currency, livemode) for ref, currency, livemode in missing]
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(kind=kind, organization_id=holder, currency=currency, livemode=livemode)
            for kind, holder, currency, livemode in sorted(rows, key=str)
        ],
        ignore_conflicts=True,
    )
    return _find_accounts(pots)


def _find_accounts(pots: Set[Pot]) -> tuple[dict[Pot, int], datetime | None]:
    if not pots:
        return {}, None
    kinds = {ref.kind for ref, _, _ in pots}
    holders = {ref.organization_id for ref, _, _ in pots} - {None}
    accounts = [FoundAccount._make(row) for row in run_query(ACCOUNTS, [list(kinds), list(holders)])]
    found = {
        (AccountRef(AccountKind(each.kind), each.organization_id), each.currency, each.livemode): each.id
        for each in accounts
    }
    closed_until = accounts[0].closed_until if accounts else None
    return {pot: found[pot] for pot in pots if pot in found}, closed_until
