"""What did not arrive is sent again when somebody asks for it; what is old is forgotten."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core import clock
from core.errors import InvalidField
from operations.factories import ApplicationFactory
from tests.webhooks.receiver import answer, answer_in_turn
from tests.webhooks.steps import make_endpoint, send_all, tell
from webhooks.endpoints import delete_endpoint, disable_endpoint, enable_endpoint
from webhooks.errors import DeliveryNotFound
from webhooks.models import Delivery, Endpoint, Sending
from webhooks.purge import KEPT_FOR, purge_old_deliveries
from webhooks.repair import replay_delivery, replay_range, send_test_event

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def kill(receiver) -> Delivery:
    """One delivery whose last try failed."""
    receiver.behave = answer_in_turn(answer(500), answer(200))
    send_all()
    Delivery.objects.update(due_at=None, dead_at=clock.now())
    return Delivery.objects.get()


def test_a_dead_delivery_is_sent_again_with_every_try_before_it(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    tell(app)
    dead = kill(receiver)
    assert replay_delivery(endpoint.pk, event_id=dead.event_id).failures == 0
    assert send_all() == 1
    assert len(set(receiver.ids)) == 1
    assert [each.headers["webhook-attempt"] for each in receiver.received] == ["1", "2"]
    assert Delivery.objects.get().delivered_at


def test_a_range_leaves_out_what_arrived_unless_it_is_asked_for(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    tell(app)
    kill(receiver)
    tell(app)
    send_all()
    around = {"since": clock.now() - DAY, "until": clock.now() + DAY}
    assert replay_range(endpoint.pk, **around) == 1
    assert send_all() == 1
    assert replay_range(endpoint.pk, **around) == 0
    assert replay_range(endpoint.pk, **around, only_failed=False) == 2
    assert replay_range(endpoint.pk, since=clock.now(), until=clock.now() + DAY, only_failed=False) == 0
    with pytest.raises(InvalidField):
        replay_range(endpoint.pk, since=clock.now(), until=clock.now() - DAY)


def test_what_was_never_sent_there_is_not_replayed(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    with pytest.raises(DeliveryNotFound):
        replay_delivery(endpoint.pk, event_id=uuid4())


def test_a_test_event_goes_to_one_endpoint_whatever_it_wants(app, receiver):
    endpoint = make_endpoint(app, f"{receiver.url}/one", event_types=["charge.failed"])
    make_endpoint(app, f"{receiver.url}/other")
    make_endpoint(ApplicationFactory(), f"{receiver.url}/foreign")
    send_test_event(endpoint.pk)
    send_test_event(endpoint.pk)
    send_all()
    assert [(each.path, each.json["type"], each.json["sequence"]) for each in receiver.received] == [
        ("/hooks/one", "endpoint.tested", 1),
        ("/hooks/one", "endpoint.tested", 2),
    ]


def test_what_happens_while_an_endpoint_is_off_arrives_when_it_is_on(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    disable_endpoint(endpoint.pk)
    told = tell(app, 1, 2, 3)
    assert send_all() == 0
    enable_endpoint(endpoint.pk)
    assert send_all() == 3
    assert [each.json["sequence"] for each in receiver.received] == [1, 2, 3]
    assert {each.json["data"]["id"] for each in receiver.received} == {str(told)}


def test_deliveries_are_forgotten_after_thirty_days_and_not_before(app, receiver):
    endpoint = make_endpoint(app, receiver.url)
    tell(app)
    send_all()
    receiver.behave = answer(500)
    tell(app)
    send_all()
    with clock.travel_to(clock.now() + KEPT_FOR - DAY):
        assert purge_old_deliveries() == 0
    with clock.travel_to(clock.now() + KEPT_FOR + DAY):
        assert purge_old_deliveries() == 1  # The other one is still tried.
        assert Sending.objects.count() == 1
        delete_endpoint(endpoint.pk)
        assert purge_old_deliveries() == 1
    assert Endpoint.objects.count() == 1
