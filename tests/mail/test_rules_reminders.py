"""When a trial's end and a card's expiry are told: the rules alone."""

from datetime import UTC, datetime, timedelta

import pytest

from mail.reminders import find_next_month, is_trial_to_be_told

pytestmark = pytest.mark.rules

BEGAN = datetime(2026, 12, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "told_from"),
    [(14, 11), (3, 0), (2.9, 1.9), (2, 1), (1, 0), (0.5, 0)],
)
def test_three_days_before_and_one_day_before_shorter_trials(days, told_from):
    ends_at = BEGAN + timedelta(days=days)

    def is_told(after: float) -> bool:
        return is_trial_to_be_told(began_at=BEGAN, ends_at=ends_at, now=BEGAN + timedelta(days=after))

    assert is_told(told_from)
    assert not is_told(days)
    if told_from:
        assert not is_told(told_from - 0.01)


@pytest.mark.parametrize(
    ("now", "month"), [("2026-11-30", (2026, 12)), ("2026-12-01", (2027, 1)), ("2026-01-31", (2026, 2))]
)
def test_the_month_after_this_one(now, month):
    assert find_next_month(datetime.fromisoformat(now).replace(tzinfo=UTC)) == month
