"""The pages of a buyer in currencies with other decimals than cents."""

import pytest

from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from tests.desk import link, text_of


@pytest.mark.parametrize(
    ("currency", "one", "three"),
    [
        ("JPY", "¥500", "¥1,500"),
        ("KWD", "KWD 0.500", "KWD 1.500"),
        ("USD", "$5.00", "$15.00"),
    ],
)
def test_the_pages_of_a_buyer_write_amounts_of_any_currency(desk, settings, currency, one, three):
    settings.DEFAULT_CURRENCY = currency
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    charge = ChargeFactory(caller=caller, name="Once", price_minor=500, quantity=3)
    subscription = SubscriptionFactory(caller=caller, name="Again", price_minor=500, trial_days=7)

    direct, recurrent = (text_of(desk.browser.get(link(offer))) for offer in (charge, subscription))
    account = text_of(desk.browser.get("/account/"))

    assert f"3 \N{MULTIPLICATION SIGN} {one} {three}" in direct
    assert f"{one} every month" in recurrent
    assert one in account
    assert three in account
