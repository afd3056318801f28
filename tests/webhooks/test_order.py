"""Events of one object arrive in their order; objects do not wait for each other."""

from datetime import timedelta
from threading import Event as Signal
from uuid import uuid4

import pytest
from django.db import connection, transaction

from core import clock
from events.models import Event
from events.writer import write_events
from tests.money import run_at_once
from tests.webhooks.receiver import answer, answer_in_turn
from tests.webhooks.steps import make_endpoint, new_event, send_all, tell
from webhooks.fan_out import fan_out_events
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)
SOON = timedelta(seconds=7)


def told(receiver) -> list[tuple[str, int]]:
    return [(each.json["data"]["id"], each.json["sequence"]) for each in receiver.received]


def test_a_later_event_waits_for_the_earlier_one_and_not_for_its_back_off(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = answer_in_turn(answer(500), answer(200))
    first = tell(app, 1, 2, 3)
    send_all()
    assert told(receiver) == [(str(first), 1)]
    other = tell(app)
    assert send_all() == 1  # Another object goes on.
    with clock.travel_to(clock.now() + SOON):
        assert send_all() == 3
    assert told(receiver)[2:] == [(str(first), number) for number in (1, 2, 3)]
    assert told(receiver)[1] == (str(other), 1)


def test_an_event_that_is_committed_late_is_not_missed(app, receiver):
    make_endpoint(app, receiver.url)
    begun, told_other, object_id = Signal(), Signal(), uuid4()

    def late():
        with transaction.atomic():
            write_events([new_event(app, object_id, 1, "charge.succeeded")])
            begun.set()
            told_other.wait(10)

    def quick():
        begun.wait(10)
        tell(app)
        fan_out_events()
        early = Delivery.objects.count()
        told_other.set()
        return early

    assert run_at_once(late, quick)[1] == 0  # What is behind a transaction that runs is not complete.
    assert send_all() == 2


def test_a_change_that_overtook_another_transaction_keeps_its_place(app, receiver):
    """The older transaction changes the object last: its event has the lower xact and the higher number."""
    make_endpoint(app, receiver.url)
    object_id = uuid4()
    numbered, changed = Signal(), Signal()

    def older():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
            numbered.set()
            changed.wait(10)
            write_events([new_event(app, object_id, 2, "charge.failed")])

    def newer():
        numbered.wait(10)
        tell(app, 1, of=object_id)
        changed.set()

    run_at_once(older, newer)
    assert list(Event.objects.order_by("xact").values_list("sequence", flat=True)) == [2, 1]
    send_all()
    assert [number for _, number in told(receiver)] == [1, 2]


def test_a_page_that_ends_between_the_two_changes_nothing(app, receiver, monkeypatch):
    monkeypatch.setattr("webhooks.fan_out.AT_ONCE", 1)
    test_a_change_that_overtook_another_transaction_keeps_its_place(app, receiver)
    assert Delivery.objects.count() == 2


def test_fanning_out_at_once_makes_each_delivery_once(app, receiver):
    make_endpoint(app, receiver.url)
    for _ in range(5):
        tell(app, 1, 2)
    send_all()
    Delivery.objects.all().delete()
    app.webhook_endpoints.update(position_xact=0)
    run_at_once(*[fan_out_events] * 4)
    assert Delivery.objects.count() == 10
    assert Delivery.objects.filter(due_at__isnull=False).count() == 5
