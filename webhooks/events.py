"""The events of endpoints: they are of no application, so that no endpoint gets those of another."""

from core import clock
from events.types import EventType, ObjectType
from events.writer import NewEvent, write_events, write_snapshot
from webhooks.models import Endpoint
from webhooks.schedule import DISABLED_AFTER


def tell_of_endpoint(endpoint: Endpoint, kind: EventType) -> None:
    """Write an event of an endpoint that the caller has locked."""
    endpoint.event_count += 1
    endpoint.save(update_fields=["event_count"])
    event = NewEvent(
        type=kind,
        object_type=ObjectType.ENDPOINT,
        object_id=endpoint.public_id,
        sequence=endpoint.event_count,
        application_id=None,
        organization_id=endpoint.application.organization_id,
        buyer_id=None,
        livemode=False,
        occurred_at=clock.now(),
        snapshot=write_snapshot(_describe(endpoint)),
    )
    write_events([event])


def _describe(endpoint: Endpoint) -> dict[str, object]:
    """Return where an endpoint stands, and when it is switched off if it goes on failing."""
    since = endpoint.failing_since
    return {
        "url": endpoint.url,
        "application": endpoint.application.client_id,
        "failing_since": since,
        "switched_off_at": None if since is None else since + DISABLED_AFTER,
        "disabled_reason": endpoint.disabled_reason,
    }
