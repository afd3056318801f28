"""The seller hears of an endpoint that fails before it is switched off, and when it is."""

from datetime import timedelta

import pytest

from core import clock
from events.models import Event
from events.types import EventType
from operations.factories import ApplicationFactory
from webhooks.endpoints import create_endpoint, delete_endpoint, disable_endpoint, enable_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.record import record_answer
from webhooks.repair import send_test_event
from webhooks.transport import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint() -> Endpoint:
    return create_endpoint(
        application_id=ApplicationFactory().pk, url="https://seller.example/hooks"
    ).endpoint


def answer(delivery: Delivery, status: int, **later: float) -> None:
    with clock.travel_to(clock.now() + timedelta(**later)):
        record_answer(Delivery.objects.get(pk=delivery.pk), Answer(status_code=status))


def told(endpoint: Endpoint) -> list[str]:
    events = Event.objects.filter(object_id=endpoint.public_id).exclude(type=EventType.ENDPOINT_TESTED)
    return list(events.order_by("sequence").values_list("type", flat=True))


def test_a_day_of_failures_is_told_once_and_five_days_switch_it_off(endpoint):
    delivery = send_test_event(endpoint.pk)
    for number, (hours, count) in enumerate(((0, 0), (23, 0), (25, 1), (50, 1), (121, 2)), 1):
        Delivery.objects.filter(pk=delivery.pk).update(tries=number)
        answer(delivery, 500, hours=hours)
        assert len(told(endpoint)) == count, hours
    assert told(endpoint) == [EventType.ENDPOINT_FAILING, EventType.ENDPOINT_DISABLED]
    last = Event.objects.filter(object_id=endpoint.public_id).order_by("sequence").last()
    assert last.snapshot["disabled_reason"] == "failing"
    assert last.application_id is None  # So no endpoint gets it.


def test_after_a_success_it_is_told_anew(endpoint):
    first, second = send_test_event(endpoint.pk), send_test_event(endpoint.pk)
    Endpoint.objects.update(failing_since=clock.now() - timedelta(days=2), warned_at=clock.now())
    answer(first, 204)
    assert Endpoint.objects.get().warned_at is None
    answer(second, 500)
    assert told(endpoint) == []
    Delivery.objects.filter(pk=second.pk).update(tries=2)
    answer(second, 500, hours=25)
    assert told(endpoint) == [EventType.ENDPOINT_FAILING]


def test_an_endpoint_that_is_gone_is_told_with_the_reason(endpoint):
    answer(send_test_event(endpoint.pk), 410)
    assert told(endpoint) == [EventType.ENDPOINT_DISABLED]
    enable_endpoint(endpoint.pk)
    disable_endpoint(endpoint.pk)
    reasons = Event.objects.filter(type=EventType.ENDPOINT_DISABLED).order_by("sequence")
    assert [event.snapshot["disabled_reason"] for event in reasons] == ["gone", "asked"]


def test_of_two_requests_that_are_answered_410_one_switches_it_off(endpoint):
    first, second = send_test_event(endpoint.pk), send_test_event(endpoint.pk)
    answer(first, 410)
    answer(second, 410)
    assert told(endpoint) == [EventType.ENDPOINT_DISABLED]


@pytest.mark.parametrize("status", [410, 500])
def test_an_answer_says_nothing_of_an_endpoint_that_was_switched_off_meanwhile(endpoint, status):
    delivery = send_test_event(endpoint.pk)
    Endpoint.objects.update(failing_since=clock.now() - timedelta(days=9))
    disable_endpoint(endpoint.pk)
    answer(delivery, status)
    assert Endpoint.objects.get().disabled_reason == "asked"
    assert told(endpoint) == [EventType.ENDPOINT_DISABLED]


def test_nor_of_one_that_was_deleted(endpoint):
    delivery = send_test_event(endpoint.pk)
    delete_endpoint(endpoint.pk)
    answer(delivery, 410)
    assert told(endpoint) == []
