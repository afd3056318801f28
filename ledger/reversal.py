"""Taking back what was recorded on a customer's account, by a transaction of its own."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from core import clock
from core.bulk import update_rows
from core.errors import InvalidField
from ledger.allocation import (
    Match,
    allocate_open_items,
    insert_allocations,
    lock_customers,
    update_balances,
)
from ledger.errors import AlreadyReversed, NotReversible, ReversalTooLarge, ReversedOnlyWhole
from ledger.models import Allocation, CustomerTransaction
from ledger.transaction_types import NATURES, CustomerTransactionType, Side, list_reversals_of


class EndedAllocation(NamedTuple):
    """An allocation that a reversal ends."""

    id: int
    is_active: bool
    deactivated_at: datetime
    cause_id: int


@transaction.atomic
def reverse_transaction(
    transaction_id: int,
    *,
    creator: str,
    amount_minor: int | None = None,
    note: str = "",
    charge_id: int | None = None,
) -> CustomerTransaction:
    """Record what reverses a transaction and offset the two; return the reversal.

    A payment is voided whole on the day it was recorded (UTC); later, or for fewer cents, it is refunded.
    All else is reversed whole. What is open is taken first, then the newest allocations are deactivated with
    the reversal as their cause; what they held and it does not need is allocated anew at once. The same
    refund (`charge_id`) again changes nothing.

    Raises NotReversible, AlreadyReversed, ReversedOnlyWhole, ReversalTooLarge, and InvalidField.
    """
    mine = CustomerTransaction.objects.filter(pk=transaction_id)
    lock_customers(list(mine.values_list("customer_id", flat=True)))
    original = mine.get()
    earlier = _read_reversals(original)
    known = next((each for each in earlier if charge_id and each.charge_id == charge_id), None)
    if known is not None:
        return known
    left = original.amount_minor - sum(each.amount_minor for each in earlier if not each.is_undone)
    kind, amount_minor = _choose_reversal(original, left, amount_minor)
    reversal = _record_reversal(original, kind, amount_minor, creator=creator, note=note, charge_id=charge_id)
    _offset(original, reversal)
    allocate_open_items([original.customer_id])
    return reversal


def _read_reversals(original: CustomerTransaction) -> list[Any]:
    """Return what reversed it before, with a mark on what has been reversed in its turn."""
    undone = CustomerTransaction.objects.filter(reverses=OuterRef("pk"))
    return list(original.reversals.annotate(is_undone=Exists(undone)))


def _choose_reversal(
    original: CustomerTransaction, left: int, wanted: int | None
) -> tuple[CustomerTransactionType, int]:
    """Return the type of the reversal and its cents, of which so many are left to be reversed."""
    kinds = list_reversals_of(original.type)
    amount_minor = left if wanted is None else wanted
    if not kinds:
        raise NotReversible
    if not left:
        raise AlreadyReversed
    if amount_minor < 1:
        raise InvalidField("amount_minor", "must be at least 1")
    if amount_minor > left:
        raise ReversalTooLarge
    is_whole = amount_minor == original.amount_minor
    if CustomerTransactionType.VOID in kinds:
        is_void = is_whole and _is_of_today(original)
        return (CustomerTransactionType.VOID if is_void else CustomerTransactionType.REFUND), amount_minor
    if not is_whole:
        raise ReversedOnlyWhole
    return kinds[0], amount_minor


def _is_of_today(original: CustomerTransaction) -> bool:
    return original.created_at.astimezone(UTC).date() == clock.now().date()


def _record_reversal(
    original: CustomerTransaction,
    kind: CustomerTransactionType,
    amount_minor: int,
    *,
    creator: str,
    note: str,
    charge_id: int | None,
) -> CustomerTransaction:
    """Insert the reversal, which has no balance of its own: it is offset by what it reverses."""
    return CustomerTransaction.objects.create(
        customer_id=original.customer_id,
        type=kind,
        side=NATURES[kind].side,
        amount_minor=amount_minor,
        balance_minor=0,
        currency=original.currency,
        account_type=original.account_type,
        reverses=original,
        creator=creator,
        note=note,
        charge_id=charge_id,
    )


def _offset(original: CustomerTransaction, reversal: CustomerTransaction) -> None:
    """Allocate original and reversal to each other."""
    _make_room(original, reversal)
    original.balance_minor -= reversal.amount_minor
    update_balances([original])
    pair = (reversal, original) if original.side == Side.DEBT else (original, reversal)
    insert_allocations([Match(*pair, reversal.amount_minor)])


def _make_room(original: CustomerTransaction, reversal: CustomerTransaction) -> None:
    """Deactivate the newest allocations of the original until as much of it is open as the reversal needs."""
    parties, ended = {original.pk: original}, []
    for allocation in _read_allocations(original):
        if original.balance_minor >= reversal.amount_minor:
            break
        for party in (allocation.source, allocation.target):
            # One object for each, however often it was met, so that its balance adds up.
            parties.setdefault(party.pk, party).balance_minor += allocation.amount_minor
        ended.append(allocation.pk)
    if ended:
        update_balances(parties.values())
        now = clock.now()
        update_rows(Allocation, [EndedAllocation(pk, False, now, reversal.pk) for pk in ended])


def _read_allocations(original: CustomerTransaction) -> QuerySet[Allocation]:
    """Return what holds cents of it, newest first, but for what its reversals hold."""
    if original.side == Side.CREDIT:
        held = Allocation.objects.filter(source=original).exclude(target__reverses=original)
    else:
        held = Allocation.objects.filter(target=original).exclude(source__reverses=original)
    return held.filter(is_active=True).select_related("source", "target").order_by("-pk")
