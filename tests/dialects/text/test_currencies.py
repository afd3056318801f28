"""An application prices in any currency that the operator allows; another one is refused by name."""

import pytest

from charges.models import Charge
from subscriptions.models import Subscription
from tests.desk import link, log_in, press, reload, text_of
from tests.dialects.text.world import call

pytestmark = pytest.mark.django_db

BODY = {"name": "Extension", "price": 1250, "quantity": 1, "return_url": "https://seller.example/back"}
RECURRENT = {"name": "Monthly app", "price": 1250, "return_url": "https://seller.example/back"}


@pytest.fixture(autouse=True)
def _allowed(settings):
    settings.CURRENCIES = ["EUR", "JPY", "KWD"]


@pytest.mark.parametrize("version", ["v1", "v2", "v3"])
@pytest.mark.parametrize(
    ("path", "body", "model"), [("direct", BODY, Charge), ("recurrent", RECURRENT, Subscription)]
)
def test_a_charge_is_in_the_currency_that_it_asks_for(world, version, path, body, model):
    address = f"/{version}/{path}_charge{'' if version == 'v1' else '/livechat'}"
    answer = call("POST", address, world.token(), body=body | {"currency": "JPY"})
    assert answer.status_code == 201
    assert answer.json()["currency"] == "JPY"
    assert model.objects.get().currency == "JPY"


@pytest.mark.parametrize("currency", [None, "USD"])
def test_the_default_currency_is_not_shown(world, currency):
    answer = call("POST", "/v3/direct_charge/livechat", world.token(), body=BODY | {"currency": currency})
    assert "currency" not in answer.json()
    assert Charge.objects.get().currency == "USD"


@pytest.mark.parametrize("currency", ["CHF", "eur", "", "XXX", "EUR ", "💶", "E" * 300])
@pytest.mark.parametrize(("path", "body"), [("direct", BODY), ("recurrent", RECURRENT)])
def test_what_is_not_allowed_is_refused_by_name(world, path, body, currency):
    answer = call("POST", f"/v3/{path}_charge/livechat", world.token(), body=body | {"currency": currency})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == {"currency": "must be one of USD, EUR, JPY, KWD"}


@pytest.mark.parametrize("currency", [7, ["EUR"], {"code": "EUR"}, True])
def test_what_is_no_text_is_refused_by_name(world, currency):
    answer = call("POST", "/v3/direct_charge/livechat", world.token(), body=BODY | {"currency": currency})
    assert answer.json()["error"]["details"] == {"currency": "must be text"}


def test_a_price_that_is_too_high_is_told_in_the_unit_of_its_currency(world):
    body = BODY | {"currency": "KWD", "price": 10**11}
    answer = call("POST", "/v3/direct_charge/livechat", world.token(), body=body)
    assert "thousandths of KWD" in answer.json()["error"]["details"]["price"]


@pytest.mark.parametrize(
    ("currency", "shown"), [("JPY", "1,250"), ("EUR", "12.50"), ("KWD", "1.250"), ("USD", "12.50")]
)
def test_the_hosted_page_writes_each_currency_with_its_own_decimals(world, currency, shown):
    call("POST", "/v3/direct_charge/livechat", world.token(), body=BODY | {"currency": currency})
    page = text_of(log_in(world.account).get(link(Charge.objects.get())))
    assert shown in page


def test_each_currency_has_a_balance_and_a_ledger_of_its_own(world):
    for currency, price in (("USD", 100), ("JPY", 1000)):
        world.charge("success", price_minor=price, quantity=1, currency=currency)
    token = world.earner_token()
    for query, owed in (("", 80), ("?currency=USD", 80), ("?currency=JPY", 800), ("?currency=EUR", 0)):
        assert call("GET", f"/v1/ledger/balance{query}", token).json() == {"balance": owed}
        entries = call("GET", f"/v2/ledger/livechat{query}", token).json()["result"]
        assert [entry["value"] for entry in entries] == ([owed] if owed else [])
    assert call("GET", "/v1/ledger/balance?currency=ZZZ", token).status_code == 400


def test_what_is_owed_is_told_after_the_operator_allows_no_new_prices_in_its_currency(world, settings):
    world.charge("success", price_minor=1000, quantity=1, currency="JPY")
    settings.CURRENCIES = []
    assert call("GET", "/v1/ledger/balance?currency=JPY", world.earner_token()).json() == {"balance": 800}


def test_what_is_accepted_is_collected_in_its_currency(world):
    call("POST", "/v3/direct_charge/livechat", world.token(), body=BODY | {"currency": "KWD"})
    charge = Charge.objects.get()
    press(log_in(world.account), charge, "accept")
    assert (reload(charge).status, reload(charge).currency) == ("accepted", "KWD")
