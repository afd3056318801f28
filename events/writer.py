"""Writing events, in the transaction of what has happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from core.bulk import insert_rows
from core.ids import new_public_ids
from events.models import Event
from events.types import name_event


class NewEvent(NamedTuple):
    """The columns of a new event but its id. The snapshot is JSON; times are UTC."""

    type: str
    object_type: str
    object_id: UUID
    sequence: int
    application_id: int | None
    organization_id: int
    buyer_id: int | None
    livemode: bool
    occurred_at: datetime
    snapshot: str


class Told(Protocol):
    """The columns of a row that an event tells of."""

    @property
    def public_id(self) -> UUID:
        """Its id for the outside."""

    @property
    def event_count(self) -> int:
        """How many events it has, this one included."""

    @property
    def order_application_id(self) -> int | None:
        """The application that is sold."""

    @property
    def payee_id(self) -> int:
        """The organisation that is paid."""

    @property
    def buyer_id(self) -> int | None:
        """The organisation that buys."""

    @property
    def test(self) -> bool:
        """Whether no money moves."""


class EventRow(NamedTuple):
    """The columns of an event."""

    id: UUID
    type: str
    object_type: str
    object_id: UUID
    sequence: int
    application_id: int | None
    organization_id: int
    buyer_id: int | None
    livemode: bool
    occurred_at: datetime
    snapshot: str


def describe_event(
    row: Told, *, object_type: str, verb: str, at: datetime, snapshot: Mapping[str, Any]
) -> NewEvent:
    """Return the event of a row to which something happened at `at` (UTC); amounts in `snapshot` are cents.

    Raises ValueError for a verb that is not listed.
    """
    return NewEvent(
        type=name_event(object_type, verb),
        object_type=object_type,
        object_id=row.public_id,
        sequence=row.event_count,
        application_id=row.order_application_id,
        organization_id=row.payee_id,
        buyer_id=row.buyer_id,
        livemode=not row.test,
        occurred_at=at,
        snapshot=write_snapshot(snapshot),
    )


def write_events(events: Sequence[NewEvent]) -> None:
    """Write events with one statement, in the caller's transaction."""
    ids = new_public_ids(len(events))
    insert_rows(Event, [EventRow(pk, *event) for pk, event in zip(ids, events, strict=True)])


def write_snapshot(values: Mapping[str, Any]) -> str:
    """Return a snapshot as JSON; instants as ISO 8601 in UTC."""
    return json.dumps(values, default=datetime.isoformat, separators=(",", ":"))
