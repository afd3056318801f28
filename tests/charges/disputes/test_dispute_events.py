"""A dispute is told when it is opened and when it is decided, whatever is heard first."""

import pytest

from charges.disputes.record import Asked, record_dispute
from core import clock
from events.models import Event
from gateway.hints import DisputeStatus
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report

pytestmark = pytest.mark.django_db


def tell(charge, status: DisputeStatus) -> None:
    record_dispute(Asked("sandbox", report(charge, status=status), clock.now()))


def events() -> list[tuple[str, int, str]]:
    rows = Event.objects.filter(object_type="dispute").order_by("sequence")
    return [(event.type, event.sequence, event.snapshot["status"]) for event in rows]


@pytest.mark.parametrize("end", [DisputeStatus.WON, DisputeStatus.LOST])
def test_it_is_told_when_it_is_opened_and_when_it_is_decided(end):
    charge = ChargeFactory(collected=True)
    opened = ("dispute.opened", 1, "opened")
    tell(charge, DisputeStatus.OPENED)
    tell(charge, DisputeStatus.OPENED)
    assert events() == [opened]
    tell(charge, end)
    tell(charge, end)
    assert events() == [opened, (f"dispute.{end}", 2, str(end))]
    event = Event.objects.filter(object_type="dispute").first()
    assert event.snapshot["charge"] == str(charge.public_id)
    assert event.application_id == charge.order_application_id


def test_one_that_is_heard_of_when_it_is_lost_is_told_twice():
    tell(ChargeFactory(collected=True), DisputeStatus.LOST)
    assert [kind for kind, _, _ in events()] == ["dispute.opened", "dispute.lost"]
