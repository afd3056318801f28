"""What a buyer is told while nobody knows whether a payment went through: what is so, and no promise."""

from datetime import UTC, datetime, timedelta

import pytest

from charges.collection.single import collect_charge
from charges.requests.direct import activate_charge
from core import clock
from customers.models import PaymentOption
from operations.factories import CallerFactory
from tests.desk import link, press, subscription_at, text_of
from tests.subscriptions.stories import at, change_card

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CLEAR = ["usually takes a moment", "We are trying again right now", "Last payment"]
REVIEWED = "othing is charged again until we know."
ASKED = "You will not be charged twice."
TOLD = {
    "wrong_amount": f"went through. Our team is checking, and n{REVIEWED}",
    "garbage": f"are waiting to hear whether it went through. {ASKED}",
}
HEADINGS = {"wrong_amount": "Checking your payment", "garbage": "Payment in progress"}


@pytest.fixture(autouse=True)
def _now():
    with clock.travel_to(NOW):
        yield


def read(desk, purchase):
    text = text_of(desk.browser.get(link(purchase)))
    assert [claim for claim in CLEAR if claim in text] == []
    return text


@pytest.mark.parametrize("card", TOLD)
def test_a_direct_charge_is_not_said_to_take_a_moment(desk, card):
    PaymentOption.objects.update(gateway_token=f"tok_test_{card}")
    press(desk.browser, desk.charge, "accept")
    charge = activate_charge(desk.charge.pk, actor="test")
    assert CLEAR[0] in text_of(desk.browser.get(link(charge)))
    collect_charge(charge.pk)
    text = read(desk, charge)
    assert HEADINGS[card] in text
    assert TOLD[card] in text


@pytest.mark.slow
@pytest.mark.parametrize("card", TOLD)
@pytest.mark.parametrize("stage", ["processed", "active"])
def test_neither_is_a_payment_of_a_subscription(desk, card, stage):
    subscription = subscription_at(stage, CallerFactory(account=desk.buyer, application=desk.app))
    change_card(subscription, card)
    with clock.travel_to(NOW + timedelta(days=31)):
        at(NOW + timedelta(days=31))
        payment = subscription.charges.latest("period")
        for purchase in (subscription, payment):
            text = read(desk, purchase)
            assert HEADINGS[card] in text
            assert TOLD[card] in text


@pytest.mark.parametrize(("card", "told"), [("wrong_amount", REVIEWED), ("garbage", ASKED)])
def test_a_retry_is_not_said_to_go_on_at_this_moment(desk, card, told):
    subscription = subscription_at("past_due", CallerFactory(account=desk.buyer, application=desk.app))
    change_card(subscription, card)
    payment = subscription.charges.get(period=1)
    with clock.travel_to(NOW + timedelta(days=2)):
        collect_charge(payment.pk)
        for purchase in (subscription, payment):
            text = read(desk, purchase)
            assert "We have tried again" in text
            assert told in text
