"""Acting on events of processors: the processor is asked what it claims to have told us.

Events may come in any order, twice, late, or about what is not ours. One that cannot be acted on yet is tried
again; one that never can be is logged and left.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from charges.collection.ask_again import ask_about_settled
from charges.collection.resolve import resolve_attempt
from charges.disputes.ask import ask_about_dispute
from charges.disputes.errors import CaptureNotKnown
from charges.models import Attempt, AttemptState, EventSubject, ProcessorEvent
from charges.processor.card_upkeep import follow_token
from core import clock
from core.failpoints import failpoint

LEASE = timedelta(seconds=120)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)
# An event may be quicker than the commit of what it is about.
UNKNOWN_FOR = timedelta(minutes=10)
TRIED_FOR = timedelta(days=3)

log = structlog.get_logger(__name__)


class NothingKnown(Exception):
    """No row of ours has this reference."""


class SenderAtWork(Exception):
    """The attempt is being sent; its sender gets the answer."""


def act_on_event(event_id: int) -> None:
    """Act on one event if it waits; any number of processes may try at once. Call it outside transactions."""
    event = _take_over(event_id)
    if event is None:
        return
    failpoint("hint.taken")
    asked_at = clock.now()
    try:
        ACTS[EventSubject(event.subject)](event)
    except Exception as exc:
        _postpone_or_leave(event, exc)
    else:
        _finish(event, told_until=asked_at)


def _take_over(event_id: int) -> ProcessorEvent | None:
    with transaction.atomic(durable=True):
        waiting = ProcessorEvent.objects.filter(pk=event_id, act_at__lte=clock.now())
        event = waiting.select_for_update(skip_locked=True).first()
        if event is not None:
            event.act_at = clock.now() + LEASE
            event.tries += 1
            event.save(update_fields=["act_at", "tries"])
        return event


def _resolve_movement(event: ProcessorEvent) -> None:
    attempts = Attempt.objects.filter(gateway=event.gateway, gateway_reference=event.reference)
    attempt = attempts.select_related("charge").first()
    if attempt is None:
        raise NothingKnown
    if attempt.state == AttemptState.SENDING:
        raise SenderAtWork
    if attempt.is_open:
        resolve_attempt(attempt.pk, early=True)
    else:
        ask_about_settled(attempt)


def _ask_about_dispute(event: ProcessorEvent) -> None:
    if ask_about_dispute(gateway=event.gateway, reference=event.reference) is None:
        raise NothingKnown


def _follow_card(event: ProcessorEvent) -> None:
    if not follow_token(gateway=event.gateway, token=event.reference):
        raise NothingKnown


def _finish(event: ProcessorEvent, *, told_until: datetime) -> None:
    """Close the event, and all others about the same that had arrived before the processor was asked."""
    same = ProcessorEvent.objects.filter(
        gateway=event.gateway, subject=event.subject, reference=event.reference
    )
    same.filter(act_at__isnull=False, received_at__lte=told_until).update(
        act_at=None, done_at=clock.now(), trouble=""
    )


def _postpone_or_leave(event: ProcessorEvent, error: Exception) -> None:
    is_unknown = isinstance(error, NothingKnown | CaptureNotKnown)
    trouble = f"{type(error).__name__}: {error}"[:255] if str(error) else type(error).__name__
    age = clock.now() - event.received_at
    delay = min(FIRST_DELAY * 2 ** min(event.tries - 1, 12), LONGEST_DELAY)
    mine = ProcessorEvent.objects.filter(pk=event.pk, act_at__isnull=False)
    if age < (UNKNOWN_FOR if is_unknown else TRIED_FOR):
        mine.update(act_at=clock.now() + delay, trouble=trouble)
        return
    mine.update(act_at=None, done_at=clock.now(), trouble=trouble)
    if not is_unknown:
        log.error("event of a processor left", hint=str(event), subject=event.subject, exc_info=error)


ACTS: dict[EventSubject, Callable[[ProcessorEvent], None]] = {
    EventSubject.MOVEMENT: _resolve_movement,
    EventSubject.DISPUTE: _ask_about_dispute,
    EventSubject.CARD: _follow_card,
}
