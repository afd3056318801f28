"""The one writer of payouts: every change of a payout's status leaves a history row and an event."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django_fsm import TransitionNotAllowed

from core import clock
from events.types import ObjectType, name_event
from events.writer import NewEvent, write_events, write_snapshot
from payouts.errors import PayoutNotFound, WrongPayoutState
from payouts.models import Payout, PayoutChange


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
    snapshot = {
        "status": payout.status,
        "amount": payout.amount_minor,
        "currency": payout.currency,
        "method": payout.method,
        "failure_code": payout.failure_code or None,
    }
    event = NewEvent(
        type=name_event(ObjectType.PAYOUT, payout.status),
        object_type=ObjectType.PAYOUT,
        object_id=payout.public_id,
        sequence=payout.event_count,
        application_id=None,
        organization_id=payout.organization_id,
        buyer_id=None,
        livemode=True,
        occurred_at=at,
        snapshot=write_snapshot(snapshot),
    )
    write_events([event])
