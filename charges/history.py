"""The one writer of charges and attempts: every change of a charge's status leaves a history row here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.db.models import QuerySet
from django_fsm import TransitionNotAllowed

from charges.collection.outcomes import given_up
from charges.errors import WrongState
from charges.events import CHARGES, find_event
from charges.models import LIVE_STATES, Attempt, Charge, StatusChange
from charges.rows import AttemptRow, AttemptUpdate, ChargeMove, ChargeUpdate, read_charge
from core import clock
from core.bulk import insert_rows, update_rows
from events.writer import tell_rows

SYSTEM = "system:collection"
CANCELLED = "The subscription was cancelled."


class HistoryRow(NamedTuple):
    """The columns of a StatusChange."""

    charge_id: int
    from_status: str
    to_status: str
    actor: str
    reason: str
    created_at: datetime


_pick_charge = attrgetter(*ChargeUpdate._fields[:-1])
_pick_attempt = attrgetter(*AttemptUpdate._fields)


def write_moves(moves: Sequence[ChargeMove], *, actor: str) -> None:
    """Write changes of charges that the caller has locked, and the history of those whose status changes.

    One statement a table. History comes first: its foreign key finds the charge locked, and need not lock
    the new version of it.
    """
    told = [find_event(move) for move in moves]
    history = [
        HistoryRow(after.id, before.status, after.status, actor, reason, after.updated_at)
        for before, after, reason in moves
        if before.status != after.status
    ]
    updates = [
        ChargeUpdate._make((*_pick_charge(move.after), int(event is not None)))
        for move, event in zip(moves, told, strict=True)
    ]
    insert_rows(StatusChange, history)
    update_rows(Charge, updates, adding="event_count")
    tell_rows(CHARGES, [(event, move.after.id) for event, move in zip(told, moves, strict=True) if event])


def write_attempts(attempts: Sequence[AttemptRow]) -> None:
    """Write changed attempts that the caller has locked, with one statement."""
    update_rows(Attempt, [AttemptUpdate._make(_pick_attempt(attempt)) for attempt in attempts])


def change_status(charge: Charge, move: Callable[[], None], *, actor: str, reason: str = "") -> None:
    """Make one transition of a charge that the caller has locked, save it and record who did it.

    Raises WrongState when the charge cannot make it from where it is.
    """
    before = read_charge(charge)
    try:
        move()
    except TransitionNotAllowed:
        raise WrongState(before.status) from None
    charge.updated_at = clock.now()
    charge.event_count += 1
    charge.save()
    StatusChange.objects.create(
        charge=charge, from_status=before.status, to_status=charge.status, actor=actor, reason=reason
    )
    event = find_event(ChargeMove(before, read_charge(charge), reason))
    tell_rows(CHARGES, [(event, charge.pk)] if event else [])


def give_up_charge(charge: Charge, *, actor: str, reason: str, keeps_failure: bool = False) -> None:
    """Let a charge that is not wanted any more fail; the caller has locked it. Raises WrongState."""
    try:
        move = given_up(read_charge(charge), reason, clock.now(), keeps_failure=keeps_failure)
    except TransitionNotAllowed:
        raise WrongState(charge.status) from None
    write_moves([move], actor=actor)


def give_up_charges(
    waiting: QuerySet[Charge], *, actor: str, reason: str, keeps_failure: bool = False
) -> None:
    """Send nothing new for charges that are being collected; what is with a gateway is cancelled there.

    What was captured by then is still booked. The reason is in the history, and the message of the charge
    unless that keeps why an attempt failed. The caller has locked the subscriptions that they belong to.
    """
    for charge in waiting.order_by("pk").select_for_update(no_key=True):
        if charge.attempts.filter(state__in=LIVE_STATES).exists():
            charge.given_up_at = charge.updated_at = clock.now()
            charge.save(update_fields=["given_up_at", "updated_at"])
            charge.attempts.waiting().update(check_at=clock.now())
        else:
            give_up_charge(charge, actor=actor, reason=reason, keeps_failure=keeps_failure)
