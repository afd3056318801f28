"""What part of a payment is for the time that is left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.lifecycle.refund_on_cancel import prorate

SINCE = datetime(2027, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cents", "whole_days", "after_days", "left"),
    [
        (1000, 30, 0, 1000),
        (1000, 30, 6, 800),
        (1000, 30, 17, 433),
        (1000, 30, 30, 0),
        (1000, 30, 31, 0),
        (1000, 30, -1, 1000),
        (10_000, 7, 1, 8571),
        (1, 7, 1, 0),
    ],
)
def test_it_is_shared_by_time_without_fractions_of_a_cent(cents, whole_days, after_days, left):
    until, at = SINCE + timedelta(days=whole_days), SINCE + timedelta(days=after_days)
    assert prorate(cents, since=SINCE, until=until, at=at) == left


@given(
    cents=st.integers(1, 99_999_999),
    whole=st.integers(1, 400 * 86_400_000_000),
    gone=st.integers(-5, 500 * 86_400_000_000),
)
def test_it_lies_between_nothing_and_all_and_never_above_its_share(cents, whole, gone):
    until, at = SINCE + timedelta(microseconds=whole), SINCE + timedelta(microseconds=gone)
    amount = prorate(cents, since=SINCE, until=until, at=at)
    assert 0 <= amount <= cents
    left = min(max(whole - gone, 0), whole)
    assert amount * whole <= cents * left < (amount + 1) * whole
