"""Money in whole cents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import MixedCurrencies, Money, split_commission

AMOUNTS = st.integers(0, 10**12)
PERCENTS = st.integers(0, 100)


@settings(max_examples=2_000)
@given(AMOUNTS, PERCENTS)
def test_commission_and_share_always_add_up_to_the_total(amount, percent):
    commission, share = split_commission(Money(amount, "USD"), percent)
    assert (commission + share).amount_minor == amount
    assert 0 <= commission.amount_minor <= amount


@settings(max_examples=2_000)
@given(AMOUNTS, PERCENTS)
def test_the_commission_is_the_exact_value_rounded_half_up(amount, percent):
    commission, _ = split_commission(Money(amount, "USD"), percent)
    doubled_error = 2 * (100 * commission.amount_minor - amount * percent)
    assert -100 < doubled_error <= 100


def test_a_million_commissions_conserve_every_cent():
    for percent in range(101):
        for amount in range(0, 100_000, 10):
            commission, share = split_commission_of(amount, percent)
            assert commission + share == amount


def split_commission_of(amount: int, percent: int) -> tuple[int, int]:
    commission, share = split_commission(Money(amount, "USD"), percent)
    return commission.amount_minor, share.amount_minor


@pytest.mark.parametrize(("amount", "percent"), [(-1, 20), (100, -1), (100, 101)])
def test_impossible_commissions_are_refused(amount, percent):
    with pytest.raises(ValueError, match="percent"):
        split_commission(Money(amount, "USD"), percent)


def test_currencies_are_not_added_to_one_another():
    with pytest.raises(MixedCurrencies):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_only_whole_numbers_are_money(amount):
    with pytest.raises(TypeError):
        Money(amount, "USD")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(9900, "USD"), "99.00 USD"),
        (Money(-5, "EUR"), "-0.05 EUR"),
        (Money(123456789, "USD"), "1,234,567.89 USD"),
    ],
)
def test_money_is_written_with_its_currency(money, text):
    assert str(money) == text
