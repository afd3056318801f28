"""Several workers at once send each delivery once, and none too many."""

from datetime import timedelta
from uuid import UUID

import pytest

from core import clock
from tests.money import run_at_once
from tests.webhooks.receiver import answer
from tests.webhooks.steps import fetch, make_endpoint, send_all, tell, tell_many
from webhooks.deliver import deliver_due
from webhooks.endpoints import delete_endpoint, disable_endpoint
from webhooks.errors import EndpointNotFound
from webhooks.fan_out import fan_out_events
from webhooks.models import Delivery, Sending
from webhooks.queue import AT_ONCE_TO_ONE, LEASE, take_due
from webhooks.record import record_answer
from webhooks.transport import Answer

pytestmark = pytest.mark.django_db(transaction=True)
OBJECT = UUID(int=5)


def prepare(app, receiver, count=20):
    endpoint = make_endpoint(app, receiver.url)
    disable_endpoint(endpoint.pk)
    tell_many(app, count)
    send_all()
    type(endpoint).objects.update(disabled_at=None, disabled_reason="")
    fan_out_events()
    return endpoint


def test_workers_at_once_send_each_delivery_once(app, receiver):
    prepare(app, receiver)
    assert sum(run_at_once(*[deliver_due] * 4)) == 20
    assert len(receiver.ids) == len(set(receiver.ids)) == 20


def test_workers_at_once_take_no_more_than_an_endpoint_may_have(app, receiver):
    prepare(app, receiver)
    taken = run_at_once(*[lambda: take_due(most=10, failing=False)] * 6)
    assert sum(map(len, taken)) == AT_ONCE_TO_ONE


def test_what_a_lost_sender_had_is_taken_again_when_its_lease_ends(app, receiver):
    prepare(app, receiver, 1)
    [lost] = take_due(most=10, failing=False)
    assert take_due(most=10, failing=False) == []
    with clock.travel_to(clock.now() + LEASE):
        [again] = take_due(most=10, failing=False)
    assert (again.pk, again.tries) == (lost.pk, 2)
    record_answer(again, Answer(status_code=500))
    record_answer(lost, Answer(status_code=500))
    assert fetch(lost).failures == 1  # The late failure of the one that was given up counts no more.
    assert Sending.objects.count() == 2


def test_a_late_success_counts(app, receiver):
    prepare(app, receiver, 1)
    [lost] = take_due(most=10, failing=False)
    with clock.travel_to(clock.now() + LEASE):
        [again] = take_due(most=10, failing=False)
    record_answer(again, Answer(status_code=500))
    record_answer(lost, Answer(status_code=200))
    assert fetch(lost).delivered_at
    assert fetch(lost).due_at is None


def test_the_next_event_is_not_forgotten_when_it_comes_while_the_one_before_ends(app, receiver):
    make_endpoint(app, receiver.url)
    for number in range(1, 8):
        tell(app, number, of=OBJECT)
        run_at_once(deliver_due, fan_out_events, lambda number=number: tell(app, number + 100, of=OBJECT))
    send_all()
    assert Delivery.objects.filter(delivered_at=None).count() == 0
    assert len(receiver.ids) == 14


def test_an_answer_for_a_deleted_endpoint_is_written_down(app, receiver):
    endpoint = prepare(app, receiver, 1)
    [taken] = take_due(most=10, failing=False)
    delete_endpoint(endpoint.pk)
    record_answer(taken, Answer(status_code=200))
    assert fetch(taken).delivered_at
    with pytest.raises(EndpointNotFound):
        delete_endpoint(endpoint.pk)


def test_a_server_that_answers_while_another_worker_starts_gets_one_request(app, receiver):
    prepare(app, receiver, 1)
    receiver.behave = answer(503)
    run_at_once(*[deliver_due] * 3)
    assert len(receiver.ids) == 1
    with clock.travel_to(clock.now() + timedelta(seconds=7)):
        deliver_due()
    assert len(receiver.ids) == 2
