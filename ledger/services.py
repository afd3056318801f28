"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from core import clock
from core.bulk import allocate_ids, insert_missing_rows
from core.ids import new_public_id
from core.money import Money
from ledger.errors import UnbalancedTransaction
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind


class AccountRef(NamedTuple):
    """Names an account by what it is; it is opened when money first reaches it."""

    kind: AccountKind
    organization_id: int | None = None


Pot = tuple[AccountRef, str, bool]  # in a currency, live or test


class Posting(NamedTuple):
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
    Journal(postings).write()


class Journal:
    """Moves of money to record in the caller's transaction: reads at once what `write` will need.

    So a caller can have other things written in between, and nobody waits for an answer.
    """

    def __init__(self, postings: Sequence[Posting]) -> None:
        """Open the accounts. Raises UnbalancedTransaction."""
        self._postings = postings
        self._currencies = [_require_balance(posting) for posting in postings]
        self._ids = allocate_ids(LedgerTransaction, len(postings))
        self._lines = [
            (pk, (ref, money.currency, posting.livemode), money.amount_minor)
            for pk, posting in zip(self._ids, postings, strict=True)
            for ref, money in posting.moves.items()
            if money.amount_minor
        ]
        self._accounts = _open_accounts({pot for _, pot, _ in self._lines})

    def write(self) -> None:
        """Record each once per kind and reference, with its entries."""
        now = clock.now()
        insert_missing_rows(
            LedgerTransaction,
            ("id", "public_id", "kind", "reference", "description", "currency", "livemode", "created_at"),
            [
                (pk, new_public_id(), p.kind, p.reference, p.description, currency, p.livemode, p.at or now)
                for pk, p, currency in zip(self._ids, self._postings, self._currencies, strict=True)
            ],
            parts=(
                LedgerEntry,
                ("transaction", "account", "amount_minor"),
                [(pk, self._accounts[pot], cents) for pk, pot, cents in self._lines],
            ),
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
