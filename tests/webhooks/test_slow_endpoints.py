"""A slow or dead endpoint delays no other one."""

import time

import pytest

from operations.factories import ApplicationFactory
from tests.webhooks.receiver import answer, hang, receiving
from tests.webhooks.steps import make_endpoint, send_all, tell, tell_many
from webhooks.models import Delivery, Endpoint
from webhooks.queue import AT_ONCE_TO_ONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hanging():
    with receiving() as server:
        server.behave = hang
        yield server


def send_beside_a_hanging_one(app, receiver, hanging, *, count: int) -> float:
    """Seconds until each of so many deliveries elsewhere has arrived, while one endpoint hangs."""
    make_endpoint(ApplicationFactory(), hanging.url)
    other = Endpoint.objects.get().application
    make_endpoint(app, receiver.url)
    arrived = []
    receiver.behave = note_time(arrived)
    tell_many(other, 50)
    tell_many(app, count)
    start = time.monotonic()
    send_all()
    assert len(arrived) == count
    assert Delivery.objects.filter(endpoint__application=app, delivered_at=None).count() == 0
    return max(arrived) - start


def note_time(arrived):
    quick = answer(204)

    def behave(request):
        arrived.append(time.monotonic())
        quick(request)

    return behave


@pytest.mark.slow
def test_a_hanging_endpoint_holds_nobody_up(app, receiver, hanging, monkeypatch):
    monkeypatch.setattr("webhooks.transport.DEADLINE", 3.0)
    monkeypatch.setattr("webhooks.deliver.DEADLINE", 3.0)
    monkeypatch.setattr("webhooks.deliver.RUNS_FOR", 4.0)
    assert send_beside_a_hanging_one(app, receiver, hanging, count=40) < 3.0
    assert len(hanging.received) <= 2 * AT_ONCE_TO_ONE


@pytest.mark.night
def test_a_thousand_deliveries_go_by_one_that_hangs(app, receiver, hanging, monkeypatch):
    monkeypatch.setattr("webhooks.deliver.RUNS_FOR", 60.0)
    assert send_beside_a_hanging_one(app, receiver, hanging, count=1_000) < 60.0


def test_many_failing_endpoints_leave_half_of_the_places_to_the_others(app, receiver, hanging, settings):
    settings.WEBHOOKS_AT_ONCE = 4
    for _ in range(4):
        other = ApplicationFactory()
        endpoint = make_endpoint(other, hanging.url)
        tell(other)
        tell(other)
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=endpoint.created_at)
    make_endpoint(app, receiver.url)
    tell_many(app, 10)
    arrived = []
    receiver.behave = note_time(arrived)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webhooks.transport.DEADLINE", 2.0)
        patch.setattr("webhooks.deliver.DEADLINE", 2.0)
        patch.setattr("webhooks.deliver.RUNS_FOR", 3.0)
        start = time.monotonic()
        send_all()
    assert len(arrived) == 10
    assert max(arrived) - start < 2.0


def test_an_endpoint_never_has_more_than_two_requests_at_once(app, receiver):
    make_endpoint(app, receiver.url)
    tell_many(app, 20)
    under_way, most = [], []

    def behave(request):
        under_way.append(request)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.remove(request)
        answer(204)(request)

    receiver.behave = behave
    send_all()
    assert len(most) == 20
    assert max(most) <= AT_ONCE_TO_ONE
