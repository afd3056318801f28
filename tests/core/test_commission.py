"""The commission of a sale."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.commission import round_commission

pytestmark = pytest.mark.rules

AMOUNTS = st.integers(0, 10**12)
PERCENTS = st.integers(0, 100)


@settings(max_examples=500)
@given(AMOUNTS, PERCENTS)
def test_the_commission_leaves_the_seller_the_rest_of_the_total(amount, percent):
    assert 0 <= round_commission(amount, percent) <= amount


@settings(max_examples=500)
@given(AMOUNTS, PERCENTS)
def test_the_commission_is_the_exact_value_rounded_half_up(amount, percent):
    assert is_rounded_half_up(amount, percent)


def test_a_million_commissions_are_rounded_half_up():
    wrong = [
        (amount, percent)
        for percent in range(101)
        for amount in range(0, 100_000, 10)
        if not is_rounded_half_up(amount, percent)
    ]
    assert wrong == []


def is_rounded_half_up(amount: int, percent: int) -> bool:
    doubled_error = 2 * (100 * round_commission(amount, percent) - amount * percent)
    return -100 < doubled_error <= 100


@pytest.mark.parametrize(("amount", "percent"), [(-1, 20), (100, -1), (100, 101)])
def test_impossible_commissions_are_refused(amount, percent):
    with pytest.raises(ValueError, match="percent"):
        round_commission(amount, percent)
