"""Stripe's smallest units against those of ISO 4217, both ways and without rounding."""

import pytest

from core.currencies import EXPONENTS
from core.money import Money
from gateway.stripe.amounts import Unpayable, from_stripe, to_stripe

SAME = [
    ("USD", 1999, 1999),
    ("JPY", 500, 500),
    ("HUF", 12_300, 12_300),
    ("TWD", 100, 100),
    ("KWD", 5000, 5000),
]
OTHER = [
    ("ISK", 500, 50_000),  # Stripe keeps two decimals of 500 krónur.
    ("UGX", 7, 700),
    ("MGA", 30_000, 300),  # Stripe knows no hundredths of an ariary.
]


@pytest.mark.parametrize(("currency", "ours", "theirs"), SAME + OTHER)
def test_an_amount_has_one_form_at_stripe(currency, ours, theirs):
    assert to_stripe(Money(ours, currency)) == theirs
    assert from_stripe(theirs, currency.lower()) == Money(ours, currency)


@pytest.mark.parametrize(("currency", "amount"), [("MGA", 150), ("KWD", 5001), ("BHD", 10_005), ("TND", 1)])
def test_a_part_of_stripes_smallest_unit_is_refused_in_words(currency, amount):
    with pytest.raises(Unpayable, match=currency):
        to_stripe(Money(amount, currency))


def test_a_part_of_our_smallest_unit_is_no_amount_of_ours():
    assert from_stripe(50_050, "isk") is None


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_whole_units_go_there_and_come_back(currency):
    money = Money(1000 * 10 ** EXPONENTS[currency], currency)
    assert from_stripe(to_stripe(money), currency.lower()) == money
