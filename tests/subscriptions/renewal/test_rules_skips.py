"""Which periods are skipped, and what that does to a fixed length: the rules alone, without a database."""

import pytest

from subscriptions.renewal.skips import (
    SkippedPeriods,
    find_last_period,
    find_later_billed,
    find_next_billed,
    is_skipped,
)

pytestmark = pytest.mark.rules

SKIPS = [SkippedPeriods(2, 1), SkippedPeriods(5, 3)]


def test_exactly_the_periods_of_a_skip_are_skipped():
    assert [period for period in range(12) if is_skipped(period, SKIPS)] == [2, 5, 6, 7]


@pytest.mark.parametrize(
    ("length", "skips", "last"),
    [
        (None, SKIPS, None),
        (1, [], 0),
        (12, [], 11),
        (2, SKIPS, 1),
        (3, SKIPS, 3),
        (5, SKIPS, 8),
        (4, SKIPS, 4),
        (12, SKIPS, 15),
        (3, [SkippedPeriods(3, 1)], 2),
        (3, [SkippedPeriods(2, 1), SkippedPeriods(3, 1)], 4),
    ],
)
def test_what_is_skipped_is_made_up_for_at_the_end(length, skips, last):
    assert find_last_period(length, skips) == last


@pytest.mark.parametrize("length", range(1, 20))
def test_a_fixed_length_is_always_billed_in_full(length):
    last = find_last_period(length, SKIPS)
    assert sum(not is_skipped(period, SKIPS) for period in range(last + 1)) == length


@pytest.mark.parametrize(("period", "found"), [(0, 0), (2, 3), (3, 3), (5, 8), (7, 8), (8, 8)])
def test_the_next_billing_is_the_first_that_is_not_skipped(period, found):
    assert find_next_billed(period, SKIPS) == found


@pytest.mark.parametrize(
    ("period", "billings", "later"), [(0, 0, 0), (0, 1, 1), (0, 2, 3), (2, 0, 3), (4, 1, 8), (9, 3, 12)]
)
def test_later_billings_pass_over_what_is_skipped(period, billings, later):
    assert find_later_billed(period, billings, SKIPS) == later
    assert find_later_billed(period, billings, []) == period + billings
