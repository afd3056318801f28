"""What a payment through the processor tells: who made it, with which note, and where its payer lives."""

import pytest

from core import clock
from operations.rehearsal import run_billing
from tests.dialects.unibill.shop import CARD, DECLINED_CARD
from tests.subscriptions.stories import START, day

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {"Idempotency_Key": "key-1"}


@pytest.fixture
def at(shop):
    return shop.add_customer()


def pay(shop, at, fields, **headers):
    return shop.ask("POST", f"{at}/transactions/~process", {"amount": 1999} | fields, **headers)


@pytest.mark.parametrize("card", [CARD, DECLINED_CARD])
def test_where_the_payer_lives_is_told_as_it_was_sent_and_the_mail_address_to_who_sent_it(shop, at, card):
    payer = {"street": "1 Main St", "city": "New York", "state": "NY", "email": "ann@buyer.example"}
    paid = pay(shop, at, card | payer | {"zipCode": "10001"}, **KEY)
    told = paid["processingInfo"]
    assert {name: told[name] for name in payer} == payer
    assert told["address"] == "1 Main St, New York, NY, 10001"
    assert pay(shop, at, card | payer | {"zipCode": "10001"}, **KEY) == paid
    loaded = shop.get(f"{at}/transactions/{paid['id']}")["processingInfo"]
    assert loaded == {name: value for name, value in told.items() if name != "email"}


def test_of_an_option_that_is_kept_its_own_address_is_told(shop, at):
    option = shop.put(f"{at}/payment-options", **CARD, street1="1 Main St", city="Lyon")
    sent = {"paymentOptionId": option["id"], "street": "2 Side St", "state": "NY"}
    told = pay(shop, at, sent)["processingInfo"]
    assert (told["street"], told["city"]) == ("1 Main St", "Lyon")
    assert not {"state", "email"} & told.keys()


@pytest.mark.parametrize(("card", "letters"), [(CARD, "AP"), (DECLINED_CARD, "AD")])
def test_a_payment_is_told_as_made_by_who_asked_for_it_with_the_note_that_was_sent(shop, at, card, letters):
    invoice = shop.put(f"{at}/transactions", type="RI", amount=1999)
    paid = pay(shop, at, card)
    assert (paid["type"], paid["creatorCode"]) == (letters, invoice["creatorCode"])
    assert paid["creatorCode"] == "service:api-shop"
    assert "note" not in paid
    assert shop.get(f"{at}/transactions/{paid['id']}") == paid
    assert pay(shop, at, card | {"note": "Payment"})["note"] == "Payment"


def test_what_billing_collects_is_made_by_nobody_who_asked(shop, at):
    with clock.travel_to(START):
        shop.subscribe(at)
    with clock.travel_to(day("2027-02-01")):
        run_billing()
    [collected] = [row for row in shop.get(f"{at}/transactions") if row["type"] == "AC"]
    assert collected["creatorCode"] == "system:collection"
    assert "note" not in collected
