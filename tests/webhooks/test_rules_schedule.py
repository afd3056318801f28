"""When a delivery is sent again."""

from datetime import UTC, datetime, timedelta

import pytest

from webhooks.schedule import is_given_up, plan_retry, read_retry_after

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def exactly(low: float, high: float) -> float:
    assert (low, high) == (0.8, 1.2)
    return 1.0


def test_the_delays_grow_from_five_seconds_to_a_day_and_then_there_are_none():
    delays = [plan_retry(failures, draw=exactly) for failures in range(1, 11)]
    minutes, hours = [timedelta(minutes=each) for each in (5, 30)], [2, 5, 10, 14, 20, 24]
    assert delays == [timedelta(seconds=5), *minutes, *(timedelta(hours=each) for each in hours), None]


def test_delays_are_scattered_by_a_fifth():
    drawn = {plan_retry(2).total_seconds() for _ in range(200)}
    assert 240 <= min(drawn) < max(drawn) <= 360


@pytest.mark.parametrize(("wished", "seconds"), [(0, 5), (3, 5), (60, 60), (86_400, 86_400), (10**8, 86_400)])
def test_a_receiver_may_ask_for_more_time_up_to_a_day(wished, seconds):
    assert plan_retry(1, wished=wished, draw=exactly) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        ("-5", 0),
        ("1.5", 0),
        ("9" * 400, 0),
        ("\u0663", 0),
        ("Sun, 29 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 29 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 29 Nov 2026 12:01:00", 0),
        ("tomorrow", 0),
        ("Sun, 99 Nov 99999 99:99:99 GMT", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert read_retry_after(header, now=NOW) == seconds


def test_an_endpoint_is_given_up_after_five_days():
    assert not is_given_up(failing_since=NOW - timedelta(days=5, seconds=-1), now=NOW)
    assert is_given_up(failing_since=NOW - timedelta(days=5), now=NOW)
