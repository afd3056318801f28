"""How much of the commission a refund returns: the rules alone, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charges.refunds.make import share_commission
from core.commission import round_commission

pytestmark = pytest.mark.rules


def share_all(parts: list[int], percent: int) -> list[int]:
    """The commission in each of several refunds of one charge, one after the other."""
    shares: list[int] = []
    for number, part in enumerate(parts):
        shares.append(
            share_commission(
                part, percent=percent, refunded_minor=sum(parts[:number]), returned_minor=sum(shares)
            )
        )
    return shares


@pytest.mark.parametrize(
    ("parts", "percent", "shares"),
    [([1000], 20, [200]), ([1, 1, 1], 50, [1, 0, 1]), ([3, 3, 4], 25, [1, 1, 1]), ([99, 1], 0, [0, 0])],
)
def test_each_refund_returns_what_the_refunds_before_it_left(parts, percent, shares):
    assert share_all(parts, percent) == shares


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=20), st.integers(0, 100))
def test_however_a_charge_is_refunded_its_commission_is_returned_exactly(parts, percent):
    shares = share_all(parts, percent)
    assert sum(shares) == round_commission(sum(parts), percent)
    assert all(0 <= share <= part for share, part in zip(shares, parts, strict=True))


@given(st.integers(1, 10_000), st.integers(0, 100), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_share_is_never_more_than_the_refund_even_after_one_that_failed(part, percent, refunded, returned):
    share = share_commission(part, percent=percent, refunded_minor=refunded, returned_minor=returned)
    assert 0 <= share <= part
