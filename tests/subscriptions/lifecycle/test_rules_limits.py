"""What a subscription may ask for."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InvalidField
from subscriptions.errors import NoSecondPeriod, StartPassed
from subscriptions.lifecycle.limits import (
    check_external_id,
    check_length,
    check_note,
    check_trial_days,
    choose_start,
    require_second_period,
)

NOW = datetime(2027, 1, 31, 10, tzinfo=UTC)
TODAY, TOMORROW = datetime(2027, 1, 31, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def refused_field(check, *arguments, **named) -> str:
    with pytest.raises(InvalidField) as refusal:
        check(*arguments, **named)
    return refusal.value.field


@pytest.mark.parametrize("days", [0, 1, 730])
def test_a_trial_lasts_up_to_two_years(days):
    assert check_trial_days(days) == days


@pytest.mark.parametrize("days", [-1, 731, 2**63])
def test_another_trial_is_refused(days):
    assert refused_field(check_trial_days, days) == "trial_days"


@pytest.mark.parametrize("text", ["", "a", "order 77/ä", "x" * 255])
def test_an_external_id_is_printable_text(text):
    assert check_external_id(text) == text


@pytest.mark.parametrize("text", ["x" * 256, "a\nb", "\x00", "\ud800"])
def test_another_external_id_is_refused(text):
    assert refused_field(check_external_id, text) == "external_id"


def test_a_note_is_refused_under_the_name_that_its_service_has_for_it():
    assert check_note("note", "x" * 255) == "x" * 255
    assert refused_field(check_note, "reason", "x" * 256) == "reason"


@pytest.mark.parametrize(
    ("frequency", "interval", "highest"),
    [
        ("weekly", 1, 153),
        ("monthly", 1, 36),
        ("monthly", 3, 12),
        ("monthly", 6, 6),
        ("yearly", 1, 3),
        ("daily", 10, 153),
    ],
)
def test_a_fixed_term_is_at_most_about_three_years(frequency, interval, highest):
    cycle = {"frequency": frequency, "interval": interval}
    assert check_length(None, **cycle) is None
    assert [check_length(length, **cycle) for length in (1, highest)] == [1, highest]
    assert {refused_field(check_length, length, **cycle) for length in (0, highest + 1)} == {"length"}


@pytest.mark.parametrize(
    ("starts_at", "by_day", "chosen"),
    [
        (None, False, NOW),
        (NOW, False, NOW),
        (NOW + SECOND, False, NOW + SECOND),
        (None, True, TOMORROW),
        (TODAY, True, TODAY),
        (TOMORROW + timedelta(days=9), True, TOMORROW + timedelta(days=9)),
    ],
)
def test_it_starts_now_or_with_the_next_day_unless_said_otherwise(starts_at, by_day, chosen):
    assert choose_start(starts_at, by_day=by_day, now=NOW) == chosen


@pytest.mark.parametrize(("starts_at", "by_day"), [(NOW - SECOND, False), (TODAY - SECOND, True)])
def test_it_does_not_start_in_the_past(starts_at, by_day):
    with pytest.raises(StartPassed) as refusal:
        choose_start(starts_at, by_day=by_day, now=NOW)
    assert (refusal.value.field, refusal.value.starts_at) == ("starts_at", starts_at)


@pytest.mark.parametrize(("frequency", "interval"), [("yearly", 7972), ("monthly", 12), ("daily", 2_912_000)])
def test_a_second_period_may_begin_up_to_the_end_of_the_calendar(frequency, interval):
    require_second_period(NOW, frequency=frequency, interval=interval)


@pytest.mark.parametrize(
    ("frequency", "interval"), [("yearly", 7973), ("daily", 2_913_000), ("weekly", 2**31)]
)
def test_an_interval_that_reaches_beyond_it_is_refused(frequency, interval):
    with pytest.raises(NoSecondPeriod) as refusal:
        require_second_period(NOW, frequency=frequency, interval=interval)
    assert refusal.value.field == "interval"
