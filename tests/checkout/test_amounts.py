"""Amounts as each language writes numbers, and pages in currencies without cents."""

import pytest

from checkout.amounts import format_money
from core.money import Money
from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from tests.desk import link, text_of

GAP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (123_450, "USD", "en", f"1,234.50{GAP}USD"),
        (123_450, "USD", "de", f"1.234,50{GAP}USD"),
        (500, "JPY", "en", f"500{GAP}JPY"),
        (1_234_567, "JPY", "en", f"1,234,567{GAP}JPY"),
        (1_234_567, "JPY", "de", f"1.234.567{GAP}JPY"),
        (5, "KWD", "en", f"0.005{GAP}KWD"),
        (1_234_567, "KWD", "de", f"1.234,567{GAP}KWD"),
        (-5, "USD", "en", f"-0.05{GAP}USD"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(minor, currency, language, text):
    assert format_money(Money(minor, currency), language=language) == text


@pytest.mark.parametrize(
    ("currency", "one", "three"),
    [
        ("JPY", "500 JPY", "1,500 JPY"),
        ("KWD", "0.500 KWD", "1.500 KWD"),
        ("USD", "5.00 USD", "15.00 USD"),
    ],
)
def test_the_pages_of_a_buyer_write_amounts_of_any_currency(desk, settings, currency, one, three):
    settings.DEFAULT_CURRENCY = currency
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    charge = ChargeFactory(caller=caller, name="Once", price_minor=500, quantity=3)
    subscription = SubscriptionFactory(caller=caller, name="Again", price_minor=500, trial_days=7)

    direct, recurrent = (text_of(desk.browser.get(link(offer))) for offer in (charge, subscription))
    account = text_of(desk.browser.get("/account/"))

    assert f"Total, one-off {one} \N{MULTIPLICATION SIGN} 3 {three}" in direct
    assert f"First charge {one} on" in recurrent
    assert one in account
    assert three in account
