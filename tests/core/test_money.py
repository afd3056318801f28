"""Money in whole minor units."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.currencies import EXPONENTS, find_exponent, name_minor_unit
from core.money import MixedCurrencies, Money

pytestmark = pytest.mark.rules


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
        (Money(500, "JPY"), "500 JPY"),
        (Money(-1234567, "JPY"), "-1,234,567 JPY"),
        (Money(0, "JPY"), "0 JPY"),
        (Money(5, "KWD"), "0.005 KWD"),
        (Money(1234567, "KWD"), "1,234.567 KWD"),
    ],
)
def test_money_is_written_with_its_currency(money, text):
    assert str(money) == text


@given(st.integers(-(10**30), 10**30), st.sampled_from(sorted(EXPONENTS)))
def test_what_is_written_in_units_is_read_as_the_same_amount(minor, currency):
    money = Money(minor, currency)
    number, code = str(money).split(" ")
    assert Money.from_units(money.units, currency) == money
    assert Money.from_units(Decimal(number.replace(",", "")), code) == money


@given(st.integers(), st.sampled_from(sorted(EXPONENTS)))
def test_units_have_as_many_decimals_as_their_currency(minor, currency):
    units = Money(minor, currency).units
    assert -units.as_tuple().exponent == EXPONENTS[currency]
    assert units.as_integer_ratio() == Fraction(minor, 10 ** EXPONENTS[currency]).as_integer_ratio()


@pytest.mark.parametrize(
    ("units", "currency"),
    [("0.5", "JPY"), ("1.005", "USD"), ("1.0005", "KWD")],
)
def test_what_a_currency_has_no_coin_for_is_refused(units, currency):
    with pytest.raises(ValueError, match="decimals"):
        Money.from_units(Decimal(units), currency)


@pytest.mark.parametrize("units", ["9e4000000", "9e999999999", "1e-999999999", "0e999999999", "1e41"])
def test_an_exponent_is_refused_before_its_digits_are_written_out(units):
    with pytest.raises(ValueError, match="more than 40 digits"):
        Money.from_units(Decimal(units), "USD")


@pytest.mark.parametrize(
    ("currency", "exponent", "unit"),
    [
        ("USD", 2, "cents"),
        ("EUR", 2, "cents"),
        ("JPY", 0, "JPY"),
        ("KRW", 0, "KRW"),
        ("KWD", 3, "thousandths of KWD"),
        ("BGN", 2, "cents"),  # Ended; what was charged in it can still be read.
    ],
)
def test_each_currency_has_its_minor_unit(currency, exponent, unit):
    assert (find_exponent(currency), name_minor_unit(currency)) == (exponent, unit)


def test_a_currency_is_money_that_is_in_use_and_has_at_most_three_decimals():
    assert {*EXPONENTS.values()} == {0, 2, 3}
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in EXPONENTS)
    assert not EXPONENTS.keys() & {"XXX", "XTS", "XAU", "XDR", "CLF", "UYW", "HRK", "BGN", "ANG"}
