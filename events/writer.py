"""Writing events, in the transaction of what has happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.bulk import insert_rows
from core.ids import new_public_ids
from events.models import Event


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


def write_events(events: Sequence[NewEvent]) -> None:
    """Write events with one statement, in the caller's transaction."""
    ids = new_public_ids(len(events))
    insert_rows(Event, [EventRow(pk, *event) for pk, event in zip(ids, events, strict=True)])


def write_snapshot(values: Mapping[str, Any]) -> str:
    """Return a snapshot as JSON; instants as ISO 8601 in UTC."""
    return json.dumps(values, default=datetime.isoformat, separators=(",", ":"))
