"""What happens when a receiver does not take a delivery."""

from datetime import timedelta

import pytest

from core import clock
from tests.webhooks.receiver import (
    answer,
    answer_endlessly,
    answer_in_turn,
    close_at_once,
    close_early,
    hang,
    trickle,
    wait_until,
)
from tests.webhooks.steps import make_endpoint, send_all, tell
from webhooks.endpoints import enable_endpoint
from webhooks.models import Delivery, DisabledReason, Endpoint, Sending
from webhooks.schedule import DELAYS

pytestmark = pytest.mark.django_db(transaction=True)
SOON = timedelta(seconds=7)


@pytest.fixture(autouse=True)
def _short_deadline(monkeypatch):
    monkeypatch.setattr("webhooks.transport.DEADLINE", 0.5)


@pytest.mark.parametrize(
    ("behaviour", "status", "trouble"),
    [
        (answer(500), 500, ""),
        (answer(404), 404, ""),
        (answer(302, Location="http://127.0.0.1:1/"), 302, ""),
        (hang, None, "no answer within 0.5 seconds"),
        (trickle, None, "no answer within 0.5 seconds"),
        (close_at_once, None, "the connection failed"),
        (answer_endlessly, 500, ""),
    ],
)
def test_a_failure_is_tried_again_under_the_same_id(app, receiver, behaviour, status, trouble):
    make_endpoint(app, receiver.url)
    receiver.behave = answer_in_turn(behaviour, answer(200))
    tell(app)
    assert send_all() == 1
    failed = Sending.objects.get()
    assert (failed.status_code, failed.trouble) == (status, trouble)
    assert failed.latency_ms < 3_000
    assert send_all() == 0
    with clock.travel_to(clock.now() + SOON):
        assert send_all() == 1
    assert len(set(receiver.ids)) == 1
    assert [each.headers["webhook-attempt"] for each in receiver.received] == ["1", "2"]
    assert receiver.received[0].body == receiver.received[1].body
    assert Delivery.objects.get().delivered_at


def test_no_redirect_is_followed(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = answer(307, Location=f"{receiver.url}/elsewhere")
    tell(app)
    send_all()
    assert [each.path for each in receiver.received] == ["/hooks"]


def test_an_answer_that_breaks_off_is_a_success_by_its_status(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = close_early
    tell(app)
    send_all()
    assert Delivery.objects.get().delivered_at


def test_nobody_listens(app, receiver):
    make_endpoint(app, "http://127.0.0.1:1/hooks")
    tell(app)
    send_all()
    assert Sending.objects.get().trouble == "the connection failed"


def test_the_receiver_is_given_the_time_that_it_asks_for(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = answer(429, Retry_After="3600")
    tell(app)
    send_all()
    wait = Delivery.objects.get().due_at - clock.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


def test_after_the_last_try_a_delivery_is_dead_and_the_next_one_of_its_object_goes(app, receiver):
    make_endpoint(app, receiver.url)
    tell(app, 1, 2)
    receiver.behave = answer(500)
    at = clock.now()
    for delay in (0, *DELAYS):
        at += timedelta(seconds=delay * 1.21)
        with clock.travel_to(at):
            Endpoint.objects.update(failing_since=None)  # Others succeed meanwhile.
            send_all()
    first, second = Delivery.objects.order_by("sequence")
    assert (first.tries, first.due_at) == (10, None)
    assert first.dead_at
    assert (second.tries, second.dead_at) == (1, None)


def test_gone_switches_an_endpoint_off_and_enabling_it_goes_on_where_it_was(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    receiver.behave = answer_in_turn(answer(410), answer(200))
    tell(app, 1)
    send_all()
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == DisabledReason.GONE
    tell(app, 1)
    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert send_all() == 0
    enable_endpoint(endpoint.pk)
    assert send_all() == 2
    assert len(set(receiver.ids)) == 2


def test_five_days_without_success_switch_an_endpoint_off(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    receiver.behave = answer(500)
    now = clock.now()
    for days in (0, 4, 5):
        with clock.travel_to(now + timedelta(days=days, seconds=1)):
            tell(app)
            send_all()
        endpoint.refresh_from_db()
        assert bool(endpoint.disabled_at) is (days == 5)
    assert endpoint.disabled_reason == DisabledReason.FAILING


def test_a_success_in_between_lets_the_days_count_anew(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    receiver.behave = answer_in_turn(answer(500), answer(200), answer(500))
    now = clock.now()
    for days in (0, 4, 8):
        with clock.travel_to(now + timedelta(days=days)):
            tell(app)
            send_all()
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    wait_until(lambda: len(receiver.received) >= 3)
