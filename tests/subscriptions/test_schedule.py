"""When periods fall due, compared with an independent calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.schedule import BeyondCalendar, Frequency, occurrence

pytestmark = pytest.mark.rules

LEAP_CYCLE = [datetime(2027, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=day) for day in range(4 * 365 + 1)]
UNITS = {"daily": "days", "weekly": "weeks", "monthly": "months", "yearly": "years"}
COMBINATIONS = [
    (anchor, interval, number) for anchor in LEAP_CYCLE for interval in range(1, 13) for number in range(60)
]
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))


@pytest.mark.parametrize("frequency", UNITS)
@pytest.mark.parametrize("every", [211, pytest.param(1, marks=pytest.mark.night)])
def test_start_days_of_a_leap_cycle_agree_with_an_independent_calendar(frequency, every):
    """Compare 20,000 dates, which have every day, interval and period among them; at night 4 million."""
    compared = COMBINATIONS[::every]
    assert len(compared) * every >= len(COMBINATIONS) > 1_000_000
    for anchor, interval, number in compared:
        expected = anchor + relativedelta(**{UNITS[frequency]: number * interval})
        assert occurrence(anchor, number, frequency, interval) == expected


@pytest.mark.parametrize("frequency", UNITS)
@given(INSTANTS, st.integers(1, 12), st.integers(0, 200))
def test_occurrences_only_go_forward_and_keep_the_time_of_day(frequency, anchor, interval, number):
    this = occurrence(anchor, number, frequency, interval)
    following = occurrence(anchor, number + 1, frequency, interval)
    assert this < following
    assert this.timetz() == anchor.timetz()


def test_the_thirty_first_comes_back_after_february():
    anchor = datetime(2027, 1, 31, 10, tzinfo=UTC)
    days = [occurrence(anchor, n, Frequency.MONTHLY, 1).strftime("%m-%d") for n in range(5)]
    assert days == ["01-31", "02-28", "03-31", "04-30", "05-31"]


def test_a_leap_day_comes_back_every_four_years():
    anchor = datetime(2028, 2, 29, tzinfo=UTC)
    days = [occurrence(anchor, n, Frequency.YEARLY, 1).strftime("%m-%d") for n in range(5)]
    assert days == ["02-29", "02-28", "02-28", "02-28", "02-29"]


@pytest.mark.parametrize("frequency", UNITS)
def test_what_lies_beyond_the_calendar_is_refused_by_name(frequency):
    with pytest.raises(BeyondCalendar):
        occurrence(datetime(2027, 1, 1, tzinfo=UTC), 10_000_000, frequency, 1)


def test_an_interval_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        occurrence(datetime(2027, 1, 1, tzinfo=UTC), 1, Frequency.DAILY, 0)
