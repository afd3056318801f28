"""Writing events, in the transaction of what has happened."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from core.bulk import insert_rows, open_cursor, write_array
from core.ids import new_public_ids, write_new_public_ids
from core.transaction_ids import CURRENT
from events.models import Event
from events.types import EventType

TELL = """
INSERT INTO events_event (id, xact, type, object_type, object_id, sequence, application_id, organization_id,
    buyer_id, livemode, occurred_at, snapshot)
SELECT {id}, (SELECT {xact}), %(type)s, %(object_type)s, o.public_id, o.event_count,
    o.order_application_id, o.payee_id, o.buyer_id, NOT o.test, o.updated_at, {snapshot}
FROM {rows}
"""
OF_KEYS = """
unnest(%(ids)s::uuid[], %(rows)s::bigint[]) AS told (id, row_id) JOIN {table} o ON o.id = told.row_id
"""


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


class Subject(NamedTuple):
    """A table whose rows events tell of, and the snapshot of its row `o` in SQL; amounts in it are cents."""

    table: str
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


def tell_rows(subject: Subject, told: Iterable[tuple[EventType, int]]) -> None:
    """Write the events of rows, given by type and primary key, in the caller's transaction.

    One statement a type. They are numbered by the row's `event_count`, and tell where it stands now; so a row
    to which two things happened is written and told of twice.
    """
    keys: dict[EventType, list[int]] = {}
    for kind, key in told:
        keys.setdefault(kind, []).append(key)
    for kind, rows in keys.items():
        params = {
            "type": kind.value,
            "object_type": kind.partition(".")[0],
            "ids": "{" + ",".join(write_new_public_ids(len(rows))) + "}",
            "rows": write_array(rows),
        }
        with open_cursor() as cursor:
            cursor.execute(_write_tell_sql(subject), params)


def write_tell_one_sql(subject: Subject) -> str:
    """Return the INSERT of the event of one row `o`; its parameters are those of `describe_event`."""
    return TELL.format(id="%(event_id)s::uuid", rows="o", xact=CURRENT, snapshot=subject.snapshot)


def describe_event(kind: EventType) -> dict[str, Any]:
    """Return the parameters of `write_tell_one_sql` for a new event."""
    [event_id] = write_new_public_ids(1)
    return {"event_id": event_id, "type": kind.value, "object_type": kind.partition(".")[0]}


@cache
def _write_tell_sql(subject: Subject) -> str:
    rows = OF_KEYS.format(table=subject.table)
    return TELL.format(id="told.id", rows=rows, xact=CURRENT, snapshot=subject.snapshot)


def write_snapshot(values: Mapping[str, Any]) -> str:
    """Return a snapshot as JSON; instants as ISO 8601 in UTC."""
    return json.dumps(values, default=datetime.isoformat, separators=(",", ":"))
