"""What a charge may ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charges.requests.limits import add_to_query, check_amounts, check_name, check_return_url
from core.errors import InvalidField

pytestmark = pytest.mark.rules


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6))
def test_what_passes_is_in_range_and_so_is_the_product(price, quantity):
    try:
        total = check_amounts(price_minor=price, quantity=quantity)
    except InvalidField as refusal:
        assert refusal.field in ("price_minor", "quantity")  # noqa: PT017 - either outcome is right
    else:
        assert 1 <= total == price * quantity <= 99_999_999


@pytest.mark.parametrize("price", [-5, 0, 100_000_000, 2**31, 2**63])
def test_prices_out_of_range_are_refused(price):
    with pytest.raises(InvalidField, match="cents"):
        check_amounts(price_minor=price, quantity=1)


@pytest.mark.parametrize(
    ("currency", "limit"),
    [("USD", "99999999 cents"), ("JPY", "99999999 JPY"), ("KWD", "99999999 thousandths of KWD")],
)
def test_limits_are_told_in_the_smallest_unit_of_the_currency(settings, currency, limit):
    settings.DEFAULT_CURRENCY = currency
    with pytest.raises(InvalidField, match=f"must be between 1 and {limit}$"):
        check_amounts(price_minor=0, quantity=1)
    with pytest.raises(InvalidField, match=f"must not exceed {limit}$"):
        check_amounts(price_minor=99_999_999, quantity=2)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 256,
        "a\x00b",
        "a\nb",
        "a\x1bb",
        "\ud800",
        "4242 4242 4242 4242",
        "pay 4242-4242-4242-4242",
    ],
)
def test_names_that_cannot_be_shown_or_hide_a_card_are_refused(name):
    with pytest.raises(InvalidField):
        check_name(name)


@pytest.mark.parametrize("name", ["Extension", "Rozšíření 2", "扩展", "Order 1234567890123", "🎉 Party pack"])
def test_ordinary_names_pass(name):
    assert check_name(f" {name} ") == name


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("https://a.example", "https://a.example?id=1&type=t"),
        ("https://a.example/p?x=1", "https://a.example/p?x=1&id=1&type=t"),
        ("https://a.example/p?id=evil&x=", "https://a.example/p?x=&id=1&type=t"),
        ("https://a.example/p?x=1#part", "https://a.example/p?x=1&id=1&type=t#part"),
    ],
)
def test_the_id_is_set_in_the_query_and_the_rest_of_it_kept(url, result):
    assert add_to_query(url, id="1", type="t") == result


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/",
        "https://A.EXAMPLE:443/x",
        "http://localhost:3000/x",
        "http://127.0.0.1/",
        "http://[::1]:1/",
    ],
)
def test_registered_origins_and_this_machine_may_be_returned_to(url):
    assert check_return_url(url, origins=["https://a.example"]) == url
