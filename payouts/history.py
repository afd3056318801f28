"""The one writer of payouts: every change of a payout's status leaves a history row and an event."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django_fsm import TransitionNotAllowed

from core import clock
from events.types import ObjectType
from events.writer import describe_event, write_events
from payouts.errors import PayoutNotFound, WrongPayoutState
from payouts.models import Payout, PayoutChange


class Told(NamedTuple):
    """What an event tells of a payout; it is of no application and no buyer."""

    public_id: UUID
    event_count: int
    payee_id: int
    order_application_id: int | None = None
    buyer_id: int | None = None
    test: bool = False


def lock_payout(payout_id: int) -> Payout:
    """Return a payout, locked. Raises PayoutNotFound."""
    payout = Payout.objects.select_for_update().filter(pk=payout_id).first()
    if payout is None:
        raise PayoutNotFound
    return payout


@transaction.atomic
def save_new(payout: Payout) -> None:
    """Write a payout that was just asked for, and its event; its sum is locked."""
    payout.event_count = 1
    payout.save(force_insert=True)
    _tell(payout, at=payout.created_at)


def change_status(payout: Payout, move: Callable[[], None], *, actor: str, reason: str = "") -> None:
    """Make one transition of a payout that the caller has locked, save it and record who did it.

    Raises WrongPayoutState when it cannot make it from where it is.
    """
    before = payout.status
    try:
        move()
    except TransitionNotAllowed:
        raise WrongPayoutState(before) from None
    payout.updated_at = clock.now()
    payout.event_count += 1
    payout.save()
    PayoutChange.objects.create(
        payout=payout, from_status=before, to_status=payout.status, actor=actor, reason=reason[:255]
    )
    _tell(payout, at=payout.updated_at)


def _tell(payout: Payout, *, at: datetime) -> None:
    told = Told(payout.public_id, payout.event_count, payout.organization_id)
    snapshot = {
        "status": payout.status,
        "amount": payout.amount_minor,
        "currency": payout.currency,
        "method": payout.method,
        "failure_code": payout.failure_code or None,
    }
    event = describe_event(
        told, object_type=ObjectType.PAYOUT, verb=str(payout.status), at=at, snapshot=snapshot
    )
    write_events([event])
