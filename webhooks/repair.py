"""Try an endpoint out, and send again what was sent."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import clock
from core.errors import InvalidField
from events.models import Event
from events.types import EventType
from webhooks.endpoints import lock_endpoint
from webhooks.errors import DeliveryNotFound, TooManyTests
from webhooks.events import tell_of_endpoint
from webhooks.fan_out import deliver_to
from webhooks.models import Delivery, Endpoint

MOST_TESTS_WAITING = 5
MOST_AT_ONCE = 10_000


@transaction.atomic
def send_test_event(endpoint_id: int) -> Delivery:
    """Send an event that says that it is a test, to this endpoint alone, whatever it wants.

    Raises EndpointNotFound, TooManyTests.
    """
    endpoint = lock_endpoint(endpoint_id)
    if endpoint.deliveries.unfinished().filter(object_id=endpoint.public_id).count() >= MOST_TESTS_WAITING:
        raise TooManyTests
    tell_of_endpoint(endpoint, EventType.ENDPOINT_TESTED)
    event = Event.objects.get(object_id=endpoint.public_id, sequence=endpoint.event_count)
    deliver_to(endpoint, [event])
    return Delivery.objects.select_related("event").get(endpoint=endpoint, event=event)


@transaction.atomic
def replay_delivery(endpoint_id: int, *, event_id: UUID) -> Delivery:
    """Send an event to an endpoint again, with every try before it; one that waits is sent at once.

    Raises DeliveryNotFound, EndpointNotFound.
    """
    endpoint = lock_endpoint(endpoint_id)
    if not _begin_anew(endpoint, event_id=event_id):
        raise DeliveryNotFound
    return endpoint.deliveries.select_related("event").get(event_id=event_id)


@transaction.atomic
def replay_range(endpoint_id: int, *, since: datetime, until: datetime, only_failed: bool = True) -> int:
    """Send again what happened from `since` until before `until` (UTC), and return how much that is.

    With `only_failed` what was delivered is left out. Raises InvalidField for more than 10,000 at once,
    EndpointNotFound.
    """
    if until <= since:
        raise InvalidField("until", "must be later than since")
    endpoint = lock_endpoint(endpoint_id)
    wanted: dict[str, object] = {"event__occurred_at__gte": since, "event__occurred_at__lt": until}
    if only_failed:
        wanted["delivered_at"] = None
    if endpoint.deliveries.filter(**wanted)[MOST_AT_ONCE : MOST_AT_ONCE + 1]:
        raise InvalidField("until", f"must be earlier: no more than {MOST_AT_ONCE} are sent again at once")
    return _begin_anew(endpoint, **wanted)


def _begin_anew(endpoint: Endpoint, **wanted: object) -> int:
    """Let deliveries be due; those that are under way just now are left to their sender."""
    chosen = endpoint.deliveries.filter(**wanted)
    ids = list(chosen.exclude(lease_ends_at__gt=clock.now()).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids).update(
        due_at=clock.now(), lease_ends_at=None, failures=0, delivered_at=None, dead_at=None
    )
    return len(ids)
