"""What is sent: the event itself, or a body of a dialect's own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from events.models import Event
from webhooks.models.endpoints import Format

Bodies = Mapping[UUID, str]


class WriteBodies(Protocol):
    """Write the bodies of events in a dialect's own form."""

    def __call__(self, events: Sequence[Event]) -> Bodies:
        """Return them by the event's id; what the dialect does not tell is left out."""


def write_bodies(form: str, events: Sequence[Event]) -> Bodies:
    """Return the bodies of events in the format of an endpoint; those that it does not tell are left out."""
    if form == Format.EVENT:
        return {event.pk: json.dumps(render_event(event), separators=(",", ":")) for event in events}
    write: WriteBodies = import_string(settings.WEBHOOK_FORMATS[form])
    return write(events)


def render_event(event: Event) -> dict[str, Any]:
    """Return an event as applications read it; amounts are cents, times UTC."""
    return {
        "id": event.public_id,
        "type": event.type,
        "timestamp": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "livemode": event.livemode,
        "sequence": event.sequence,
        "data": {
            "object": event.object_type,
            "id": str(event.object_id),
            **dict(sorted(event.snapshot.items())),
        },
    }
