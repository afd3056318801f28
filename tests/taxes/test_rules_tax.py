"""Which tax a sale bears, and how an amount is split: the rules alone, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxes.rules import (
    Party,
    TaxCategory,
    TaxSplit,
    Treatment,
    add_tax,
    share_tax,
    split_tax,
    treat_sale,
    write_percent,
)

pytestmark = pytest.mark.rules

TOTALS, RATES = st.integers(1, 99_999_999), st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("total", "rate", "tax"),
    [
        (11_900, 1900, 1900),
        (9999, 2000, 1667),  # 1666.5: half up
        (1, 1900, 0),
        (3, 1900, 0),  # 0.479
        (4, 1900, 1),  # 0.6387
        (100, 2550, 20),  # 20.318
        (0, 1900, 0),
        (500, 0, 0),
        (200, 10_000, 100),
        (3, 10_000, 2),  # 1.5: half up
        (99_999_999, 2700, 21_259_842),  # ....3
    ],
)
def test_the_tax_is_split_out_of_a_total(total, rate, tax):
    assert split_tax(total, rate) == TaxSplit(total - tax, tax)


def round_up(total: int, rate: int) -> int:
    """The tax in a total, half up, counted in another way."""
    whole, rest = divmod(total * rate, 10_000 + rate)
    return whole + (2 * rest >= 10_000 + rate)


@given(TOTALS, RATES)
def test_net_and_tax_are_always_the_total_that_was_asked_for(total, rate):
    split = split_tax(total, rate)
    assert split.total_minor == total
    assert split.tax_minor == round_up(total, rate)
    assert split.net_minor >= 0


@given(TOTALS, RATES)
def test_tax_that_was_added_is_split_out_again_to_the_cent(net, rate):
    added = add_tax(net, rate)
    assert added.net_minor == net
    split = split_tax(added.total_minor, rate)
    assert abs(split.net_minor - net) <= 1
    if rate <= 9_999:
        assert split == added


@given(TOTALS, RATES, st.lists(st.integers(1, 5_000_000), min_size=1, max_size=12))
def test_however_an_invoice_is_given_back_its_tax_is_given_back_exactly(total, rate, parts):
    tax = split_tax(total, rate).tax_minor
    given_back, shares = 0, []
    for part in [*parts, total]:  # The last one takes what is left.
        amount = min(part, total - given_back)
        if amount:
            share = share_tax(
                amount_minor=amount, given_back_minor=given_back, total_minor=total, tax_minor=tax
            )
            shares.append(share)
            given_back += amount
            assert share.total_minor == amount
            assert share.net_minor >= 0
            assert share.tax_minor >= 0
    assert sum(share.tax_minor for share in shares) == tax
    assert sum(share.net_minor for share in shares) == total - tax


@pytest.mark.parametrize(("amount", "before"), [(0, 0), (101, 0), (1, 100), (50, 51), (1, -1)])
def test_no_more_than_the_total_is_given_back(amount, before):
    with pytest.raises(ValueError, match="within the total"):
        share_tax(amount_minor=amount, given_back_minor=before, total_minor=100, tax_minor=19)


@pytest.mark.parametrize(("amount", "rate"), [(-1, 1900), (1, -1), (1, 10_001)])
def test_nonsense_is_refused(amount, rate):
    for work in (split_tax, add_tax):
        with pytest.raises(ValueError, match="not negative"):
            work(amount, rate)


S, AE, O = TaxCategory.STANDARD, TaxCategory.REVERSE_CHARGE, TaxCategory.OUT_OF_SCOPE  # noqa: E741


@pytest.mark.parametrize(
    ("seller", "buyer", "has_number", "expected"),
    [
        ("DE", "DE", False, Treatment(S, "DE")),
        ("DE", "DE", True, Treatment(S, "DE")),
        ("DE", "AT", False, Treatment(S, "AT")),
        ("DE", "AT", True, Treatment(AE)),
        ("DE", "", False, Treatment(S, "DE")),
        ("DE", "", True, Treatment(S, "DE")),
        ("DE", "US", False, Treatment(O)),
        ("DE", "CH", True, Treatment(O)),
        ("DE", "GB", True, Treatment(O)),
        ("DE", "NO", False, Treatment(O)),
        ("GR", "CY", True, Treatment(AE)),
        ("CH", "CH", True, Treatment(S, "CH")),
        ("CH", "DE", True, Treatment(O)),
        ("US", "US", False, Treatment(S, "US")),
        ("US", "DE", False, Treatment(O)),
        ("", "DE", True, Treatment(O)),
    ],
)
def test_how_a_sale_is_treated(seller, buyer, has_number, expected):
    assert treat_sale(seller=Party(seller), buyer=Party(buyer, has_number)) == expected


@pytest.mark.parametrize(
    ("rate", "text"), [(1900, "19"), (2550, "25.5"), (810, "8.1"), (0, "0"), (1, "0.01"), (10_000, "100")]
)
def test_a_rate_is_written_as_a_percentage(rate, text):
    assert write_percent(rate) == text
