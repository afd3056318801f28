"""Steps that several tests of webhooks take."""

from uuid import UUID, uuid4

from django.db import transaction

from core import clock
from customers.models import Application
from events.models import Event
from events.reading import read_horizon
from events.types import EventType, ObjectType
from events.writer import NewEvent, write_events, write_snapshot
from tests.webhooks.receiver import wait_until
from webhooks.deliver import deliver_due
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery, Endpoint


def make_endpoint(app: Application, url: str, **terms) -> Endpoint:
    return create_endpoint(application_id=app.pk, url=url, **terms).endpoint


def tell(app: Application, *sequences: int, of: UUID | None = None, type: str = EventType.CHARGE_SUCCEEDED):
    """Write events of one object, each in a transaction of its own; return the object's id."""
    object_id = of or uuid4()
    for sequence in sequences or (1,):
        with transaction.atomic():
            write_events([new_event(app, object_id, sequence, type)])
    return object_id


def tell_many(app: Application, count: int) -> None:
    """Write the first event of so many objects, at once."""
    with transaction.atomic():
        write_events([new_event(app, uuid4(), 1, EventType.CHARGE_SUCCEEDED) for _ in range(count)])


def new_event(app: Application, object_id: UUID, sequence: int, type: str) -> NewEvent:
    return NewEvent(
        type=type,
        object_type=ObjectType(type.split(".")[0]),
        object_id=object_id,
        sequence=sequence,
        application_id=app.pk,
        organization_id=app.organization_id,
        buyer_id=None,
        livemode=True,
        occurred_at=clock.now(),
        snapshot=write_snapshot({"status": "success", "amount": 200}),
    )


def send_all() -> int:
    """Send what is due; events wait for transactions of other tests that run beside this one."""
    newest = max(Event.objects.values_list("xact", flat=True), default=0)
    wait_until(lambda: read_horizon() > newest)
    return deliver_due()


def fetch(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)
