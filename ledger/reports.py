"""Reading the books for those who are owed money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Subquery

from ledger.models import AccountKind, LedgerAccount, LedgerEntry, TransactionKind

# Text knows three words. What a seller pays out to its customers leaves its balance like any withdrawal, and
# its share of a dispute like that of a refund. What comes back (a dispute that was won, a refund that the
# bank sent back, a payout that was not made) is owed again: clients add up what they read, and a collection
# adds. A correction, or the fee for a dispute, is shown as a collection or a refund by the way it goes:
# nothing of it was paid out.
EARNING_KINDS = [
    TransactionKind.COLLECTION.value,
    TransactionKind.REFUND.value,
    TransactionKind.WITHDRAWAL.value,
]
SHOWN_AS = {
    TransactionKind.DISBURSEMENT.value: TransactionKind.WITHDRAWAL.value,
    TransactionKind.DISPUTE_OPENED.value: TransactionKind.REFUND.value,
    TransactionKind.DISPUTE_WON.value: TransactionKind.COLLECTION.value,
    TransactionKind.DISPUTE_LOST.value: TransactionKind.REFUND.value,
    TransactionKind.REFUND_RETURNED.value: TransactionKind.COLLECTION.value,
    TransactionKind.PAYOUT_RETURNED.value: TransactionKind.COLLECTION.value,
}
EITHER_WAY = (TransactionKind.CORRECTION, TransactionKind.FEE, TransactionKind.COLLECTED_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Earning:
    """One line of a seller's ledger; what it means for the balance is in its kind."""

    public_id: UUID
    name: str
    kind: str
    value_minor: int
    created_at: datetime


def list_earnings(
    *, organization_id: int, currency: str, limit: int, offset: int = 0, before: UUID | None = None
) -> list[Earning]:
    """Return a seller's live ledger, newest first; values are positive cents.

    `before` is the public id of the last line already read: a place in the list that costs the same
    however far down it is. One that is not in this seller's ledger gives an empty list.
    """
    entries = _find_entries(organization_id, currency)
    if before is not None:
        entries = entries.filter(pk__lt=Subquery(entries.filter(transaction__public_id=before).values("pk")))
    # In one step PostgreSQL may walk all entries from their end, which takes long for a seller at rest.
    ids = entries.order_by("-pk").values("pk")[offset : offset + limit]
    shown = LedgerEntry.objects.filter(pk__in=ids).order_by("-pk").select_related("transaction")
    return [_describe(entry) for entry in shown]


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line of a seller's account; positive cents are owed to the seller."""

    kind: str
    amount_minor: int
    created_at: datetime


def list_booked(
    *, organization_id: int, currency: str, livemode: bool, references: Sequence[str]
) -> list[BookedLine]:
    """Return what transactions of these references did to a seller's account, the oldest first."""
    entries = LedgerEntry.objects.filter(
        account__kind=AccountKind.SELLER_PAYABLE,
        account__organization_id=organization_id,
        account__currency=currency,
        account__livemode=livemode,
        # An index on references begins with the kind.
        transaction__kind__in=TransactionKind.values,
        transaction__reference__in=references,
    )
    found = entries.select_related("transaction").order_by("pk")
    return [
        BookedLine(entry.transaction.get_kind_display(), -entry.amount_minor, entry.transaction.created_at)
        for entry in found
    ]


def _describe(entry: LedgerEntry) -> Earning:
    transaction = entry.transaction
    return Earning(
        public_id=transaction.public_id,
        name=transaction.description,
        kind=_name_kind(transaction.kind, entry.amount_minor),
        value_minor=abs(entry.amount_minor),
        created_at=transaction.created_at,
    )


def _name_kind(kind: str, amount_minor: int) -> str:
    if kind in EITHER_WAY:
        return (TransactionKind.COLLECTION if amount_minor < 0 else TransactionKind.REFUND).value
    return SHOWN_AS.get(kind, kind)


def _find_entries(organization_id: int, currency: str) -> QuerySet[LedgerEntry]:
    account = LedgerAccount.objects.filter(
        kind=AccountKind.SELLER_PAYABLE,
        organization_id=organization_id,
        currency=currency,
        livemode=True,
    )
    return LedgerEntry.objects.filter(account_id=Subquery(account.values("pk")))
