"""Reading events in their order, so that none is missed that is committed late."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan

from core.bulk import run_query
from core.transaction_ids import HORIZON
from events.models import OF_NOTE, Event
from events.types import PAYMENTS

NO_EVENT = UUID(int=0)


class Position(NamedTuple):
    """The transaction and the id of an event: readers go on behind it."""

    xact: int
    event_id: UUID


START = Position(0, NO_EVENT)


def read_horizon() -> int:
    """Return the oldest transaction that still runs; what those before it have written is complete."""
    [(horizon,)] = run_query(f"SELECT {HORIZON}", [])
    return int(horizon)


def read_end() -> Position:
    """Return the position behind all that can be read now."""
    return Position(read_horizon(), NO_EVENT)


def read_events(application_id: int, *, after: Position, limit: int) -> list[Event]:
    """Return the next events of an application, the oldest first."""
    return _read_page(Event.objects.filter(application_id=application_id), after, limit)


def read_events_of_note(*, after: Position, limit: int) -> list[Event]:
    """Return the next events of everybody that are more than routine, the oldest first."""
    return _read_page(Event.objects.filter(OF_NOTE), after, limit)


def read_payments(*, after: Position, limit: int) -> list[Event]:
    """Return the next events of what applications collected or gave back, the oldest first."""
    # Payments are most of what is of note, so they need no index of their own.
    payments = Event.objects.filter(OF_NOTE, application_id__isnull=False, type__in=PAYMENTS)
    return _read_page(payments, after, limit)


def read_overtaken(events: Sequence[Event]) -> list[Event]:
    """Return earlier events of the same objects that stand behind the last one of these.

    A transaction that began earlier may have changed an object later; its number is lower, and its event
    stands before the earlier one. That one is committed, too, as both held the lock of the object.
    """
    if not events:
        return []
    last = events[-1]
    newest = {event.object_id: event.sequence for event in sorted(events, key=attrgetter("sequence"))}
    behind = TupleGreaterThan(("xact", "id"), (last.xact, last.pk))
    found = Event.objects.filter(
        behind, application_id=last.application_id, xact__gte=last.xact, object_id__in=newest
    )
    return [event for event in found if event.sequence < newest[event.object_id]]


def _read_page(events: QuerySet[Event], after: Position, limit: int) -> list[Event]:
    behind = TupleGreaterThan(("xact", "id"), (after.xact, after.event_id))
    # The condition on xact alone is the one that an index can begin with.
    complete = events.filter(behind, xact__gte=after.xact, xact__lt=read_horizon())
    return list(complete.order_by("xact", "id")[:limit])
