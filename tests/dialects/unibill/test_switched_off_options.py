"""An option that a customer took away is not charged by any action of the dialect."""

import pytest

from core import clock
from operations.rehearsal import run_billing
from tests.dialects.unibill.shop import CARD, DECLINED_CARD
from tests.money import captures
from tests.subscriptions.stories import day

pytestmark = pytest.mark.django_db(transaction=True)
SIGNING = day("2027-01-15")


@pytest.fixture
def at(shop):
    return shop.add_customer()


def bill(until):
    with clock.travel_to(SIGNING):
        run_billing(until=day(until))


def switch(shop, at, option, is_active):
    shop.post(f"{at}/payment-options/{option}", isActive=is_active)


def test_a_payment_by_the_token_of_an_option_that_is_off_is_refused(shop, at):
    option = shop.put(f"{at}/payment-options", **CARD)
    switch(shop, at, option["id"], False)
    wanted = {"amount": 500, "token": option["tokenCode"]}
    assert shop.refuse("POST", f"{at}/transactions/~process", wanted)[0] == 400
    assert shop.refuse("PUT", f"{at}/payment-options", {"token": option["tokenCode"]})[0] == 400
    switch(shop, at, option["id"], True)
    assert shop.post(f"{at}/transactions/~process", **wanted)["type"] == "AP"
    assert len(captures()) == 1


def test_a_payment_by_an_option_that_is_off_is_refused(shop, at):
    option = shop.put(f"{at}/payment-options", **CARD)
    switch(shop, at, option["id"], False)
    wanted = {"amount": 500, "paymentOptionId": option["id"]}
    assert shop.refuse("POST", f"{at}/transactions/~process", wanted)[0] == 400
    assert captures() == []


@pytest.mark.slow
def test_a_retry_does_not_charge_what_was_switched_off_and_tries_its_successor_at_once(shop, at):
    with clock.travel_to(SIGNING):
        sold = shop.subscribe(at, card=DECLINED_CARD, firstBillingDate="2027-02-01")
    bill("2027-02-01")
    with clock.travel_to(day("2027-02-01")):
        switch(shop, at, sold["paymentOptionId"], False)
    bill("2027-02-04")
    rows = [row["type"] for row in shop.get(f"{at}/transactions")]
    assert rows == ["RI", "AD"], "the option was asked once"
    with clock.travel_to(day("2027-02-04")):
        new = shop.put(f"{at}/payment-options", **CARD)
        shop.post(f"{at}/subscriptions/{sold['id']}", paymentOptionId=new["id"])
    bill("2027-02-04")
    assert [row["type"] for row in shop.get(f"{at}/transactions")] == ["RI", "AD", "AC"]
    assert [cents for _, cents in captures()] == [1999]
