"""One process at a time advances a clock, and what a killed one has left is gone on with."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from charges.models import Attempt
from core import clock
from core.errors import InvalidField
from customers.models import TestBuyer
from events.models import Event
from events.reading import read_horizon
from subscriptions.schedule import Frequency, occurrence
from testmode.advance_clock import advance_test_clock, advance_to_next_event
from testmode.clocks import LEASE, take_clock
from testmode.errors import AdvanceTooLong, ClockIsAdvancing, NothingToCome
from tests.testmode.people import Tried, payments
from tests.verification import assert_books_are_sound
from tests.webhooks.receiver import wait_until
from webhooks.endpoints import create_endpoint

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def test_of_advances_at_once_one_is_done_and_the_others_are_refused():
    tried = Tried()
    subscription = tried.subscribe()
    to, together = tried.buyer.clock_at + 200 * DAY, Barrier(4)

    def advance(_: int) -> str:
        try:
            together.wait()
            advance_test_clock(tried.buyer.pk, to=to)
        except (ClockIsAdvancing, InvalidField) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(advance, range(4)))
    assert outcomes.count("done") == 1
    assert len(payments(subscription)) == 7
    assert Attempt.objects.count() == 7
    assert tried.read().clock_at == to
    assert_books_are_sound()


def test_an_advance_that_was_killed_is_gone_on_with(monkeypatch):
    monkeypatch.setattr("testmode.advance_clock.PATIENCE_SECONDS", 0)
    tried = Tried()
    subscription = tried.subscribe()
    start = tried.buyer.clock_at
    advance_to_next_event(tried.buyer.pk)
    # It has moved the clock to the second month and died before it did what was due.
    killed = take_clock(tried.buyer.pk)
    killed.move_to(occurrence(start, 1, Frequency.MONTHLY, 1))
    with pytest.raises(ClockIsAdvancing):
        advance_to_next_event(tried.buyer.pk)
    with clock.travel_to(clock.now() + 2 * LEASE):
        advance_test_clock(tried.buyer.pk, to=start + 100 * DAY)
    assert [at for at, _ in payments(subscription)] == [
        occurrence(start, number, Frequency.MONTHLY, 1) for number in range(4)
    ]
    # Should it wake up, it does nothing any more.
    with pytest.raises(ClockIsAdvancing):
        killed.move_to(start + 300 * DAY)
    killed.release()
    assert TestBuyer.objects.get().clock_at == start + 100 * DAY


def test_an_advance_is_neither_backwards_nor_endless(monkeypatch):
    tried = Tried()
    now = tried.buyer.clock_at
    with pytest.raises(NothingToCome):
        advance_to_next_event(tried.buyer.pk)
    for to in (now, now - DAY, now + 732 * DAY):
        with pytest.raises(InvalidField, match="must be") as refusal:
            advance_test_clock(tried.buyer.pk, to=to)
        assert refusal.value.field == "to"
    daily = tried.subscribe(frequency="daily")
    monkeypatch.setattr("testmode.advance_clock.MOST_EVENTS", 5)
    with pytest.raises(AdvanceTooLong):
        advance_test_clock(tried.buyer.pk, to=now + 20 * DAY)
    assert tried.read().clock_at == now + 4 * DAY
    assert len(payments(daily)) == 5
    assert tried.read().lease_ends_at is None


def test_an_endpoint_that_is_made_now_has_missed_nothing_of_what_happened_in_a_time_to_come():
    tried = Tried()
    tried.subscribe()
    advance_test_clock(tried.buyer.pk, to=tried.buyer.clock_at + 40 * DAY)
    newest = max(Event.objects.values_list("xact", flat=True))
    wait_until(lambda: read_horizon() > newest)
    create_endpoint(application_id=tried.app.pk, url="https://seller.example/hooks")
    assert_books_are_sound()
