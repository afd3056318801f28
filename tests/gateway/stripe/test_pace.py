"""Calls to Stripe keep below its limits, all workers together, and no failing cache breaks one."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from billing_site import merchant_settings
from core import clock
from gateway.base import NotSent
from gateway.stripe import pace

RATE = 50


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.STRIPE_CALLS_PER_ENDPOINT, settings.STRIPE_CALLS_PER_SECOND = RATE, 1000
    cache.clear()


def take_turns(count: int, *, endpoint: str = "refunds.create", account: str = "a") -> list[float]:
    """Take so many turns at once; return when each came, or nothing for those that were not sent."""

    def take(_: int) -> float | None:
        try:
            pace.wait_for_turn(account, endpoint)
        except NotSent:
            return None
        return time.monotonic()

    with ThreadPoolExecutor(count) as pool:
        return sorted(filter(None, pool.map(take, range(count))))


def record_slots(monkeypatch, of: str) -> list[float]:
    """Return a list into which the turns of one bucket come: when each may be sent."""
    slots: list[float] = []
    take_slot = pace._take_slot

    def take(bucket: str, rate: int, earliest: float, latest: float) -> float:
        at = take_slot(bucket, rate, earliest, latest)
        if bucket == of:
            slots.append(at)
        return at

    monkeypatch.setattr(pace, "_take_slot", take)
    return slots


def busiest_second(times: list[float]) -> int:
    nearly = 0.999  # Seconds; floats of today's instants are not exact.
    return max(sum(start <= each < start + nearly for each in times) for start in times)


def test_no_second_has_more_calls_than_allowed_and_the_rest_waits(monkeypatch):
    slots = record_slots(monkeypatch, "a:refunds.create")
    began = time.monotonic()
    times = take_turns(60)
    assert len(times) == len(slots) == 60
    assert busiest_second(slots) <= RATE  # When a thread wakes up is up to the machine.
    assert times[-1] - began > (60 - RATE) / RATE


def test_who_would_wait_for_too_long_is_not_sent(settings):
    settings.STRIPE_CALLS_PER_ENDPOINT = 5
    assert len(take_turns(30)) <= 5 * pace.LONGEST_WAIT + 1


def test_endpoints_have_limits_of_their_own_within_that_of_the_account(settings):
    settings.STRIPE_CALLS_PER_ENDPOINT, settings.STRIPE_CALLS_PER_SECOND = 1000, 20
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        [*pool.map(lambda name: take_turns(10, endpoint=name), ("refunds.create", "refunds.list"))]
    assert time.monotonic() - started > 0.9
    started = time.monotonic()
    take_turns(10, account="another")
    assert time.monotonic() - started < 0.9


def test_a_cache_that_is_gone_breaks_no_call(settings):
    settings.CACHES = merchant_settings.caches(redis_url="redis://127.0.0.1:1/0")
    assert len(take_turns(10)) == 10


def test_a_clock_that_stands_still_shares_out_nothing():
    with clock.travel_to(datetime(2027, 1, 1, tzinfo=UTC)):
        assert len(take_turns(1)) == 1
        for _ in range(500):
            pace.wait_for_turn("a", "refunds.create")


def test_a_slot_is_taken_by_one_of_many_workers(monkeypatch):
    taken: Counter[float] = Counter()
    now = clock.now().timestamp()

    def take(_: int) -> None:
        taken[pace._take_slot("a", RATE, now, now + 2)] += 1

    with ThreadPoolExecutor(16) as pool:
        [*pool.map(take, range(80))]
    assert taken.most_common(1)[0][1] == 1
    assert len(taken) == 80
