"""Make a delivery of each event for each endpoint that wants it, in the order of the transactions."""

from collections.abc import Sequence

from django.db import transaction

from core.bulk import run_query
from core.failpoints import failpoint
from core.per_row import run_logged
from core.transaction_ids import HORIZON
from events.models import Event
from events.reading import Position, read_events, read_overtaken
from webhooks.bodies import write_bodies
from webhooks.models import Delivery, Endpoint
from webhooks.queue import make_due

AT_ONCE = 500
BEHIND = f"""
SELECT endpoint.id FROM webhooks_endpoint endpoint
JOIN customers_application app ON app.id = endpoint.application_id AND app.is_active
WHERE endpoint.disabled_at IS NULL AND endpoint.deleted_at IS NULL AND EXISTS (
    SELECT FROM events_event event
    WHERE event.application_id = endpoint.application_id
      AND (event.xact, event.id) > (endpoint.position_xact, endpoint.position_event)
      AND event.xact < {HORIZON}
)
"""


def fan_out_events() -> int:
    """Make deliveries of new events and return how many endpoints had some; a lost run does no harm."""
    behind = [pk for (pk,) in run_query(BEHIND, [])]
    for pk in behind:
        run_logged(fan_out_to, pk)
    return len(behind)


@transaction.atomic(durable=True)
def fan_out_to(endpoint_id: int) -> None:
    """Make the deliveries of the next events of one endpoint, unless another process is at it."""
    endpoint = (
        Endpoint.objects.served()
        .filter(pk=endpoint_id)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .first()
    )
    if endpoint is None:
        return
    position = Position(endpoint.position_xact, endpoint.position_event)
    page = read_events(endpoint.application_id, after=position, limit=AT_ONCE)
    if page:
        deliver_to(endpoint, [*page, *read_overtaken(page)])
        endpoint.position_xact, endpoint.position_event = page[-1].xact, page[-1].pk
        endpoint.save(update_fields=["position_xact", "position_event"])
        failpoint("webhook.before_commit")


def deliver_to(endpoint: Endpoint, events: Sequence[Event]) -> None:
    """Make the deliveries of events to an endpoint that the caller has locked; each is made once."""
    wanted = [event for event in events if endpoint.wants(event.type)]
    bodies = write_bodies(endpoint.format, wanted)
    new = [_make_delivery(endpoint, event, bodies[event.pk]) for event in wanted if event.pk in bodies]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    make_due(endpoint, {delivery.object_id for delivery in new})


def _make_delivery(endpoint: Endpoint, event: Event, body: str) -> Delivery:
    return Delivery(
        endpoint=endpoint, event=event, object_id=event.object_id, sequence=event.sequence, body=body
    )
