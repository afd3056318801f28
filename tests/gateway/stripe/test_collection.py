"""A charge goes through the whole engine to a Stripe on this machine."""

from datetime import timedelta

import pytest
import requests

from charges.collection.confirm import confirm_payment, stop_awaiting
from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.models import AttemptState, Charge, ChargeStatus
from charges.requests.customer import charge_customer, refund_customer_charge
from core import clock
from operations.factories import PaymentOptionFactory
from tests.gateway.stripe_stand_in.server import StripeStandIn
from tests.money import fetch, seller_balance
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "https://billing.example/back"
LOST = ["drop_before", "drop_after", "500_before", "500_after", "garbage_200", "garbage_502", "in_use"]


@pytest.fixture(autouse=True)
def _live(stand_in, settings):
    settings.LIVE_GATEWAY = "stripe"
    yield
    assert_books_are_sound()


def ask(stripe, card: str = "pm_card_visa", cents: int = 1999) -> Charge:
    """A charge of 19.99 of a customer with this test card."""
    token = f"{stripe.create_customer(key='c')}|{card}"
    option = PaymentOptionFactory(of_customer=True, gateway_token=token, gateway="stripe")
    charge = charge_customer(
        customer=option.customer, payment_option=option, amount_minor=cents, name="Seat", actor="test"
    )
    # By default a payment of a customer that was not sent counts as failed.
    Charge.objects.filter(pk=charge.pk).update(retry_limit=None)
    return charge


def collect(charge: Charge) -> Charge:
    collect_charge(charge.pk)
    return fetch(charge)


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


def list_captures(stand_in: StripeStandIn) -> list[str]:
    return [each["payment_intent"] for each in stand_in.books.every("charge") if each["paid"]]


def test_a_charge_is_captured_under_the_reference_that_was_committed_first(stripe, stand_in):
    charge = collect(ask(stripe))
    attempt = charge.attempts.get()
    assert charge.status == ChargeStatus.SUCCESS
    assert [attempt.gateway_reference] == list_captures(stand_in)
    assert seller_balance(charge) == 1999


@pytest.mark.slow
@pytest.mark.parametrize("where", ["POST /v1/payment_intents", "/confirm"])
@pytest.mark.parametrize("fault", LOST)
def test_whatever_happens_on_the_way_it_is_collected_once_and_by_itself(stripe, stand_in, where, fault):
    charge = ask(stripe)
    stand_in.faults.add(fault, where)
    collect(charge)
    for minutes in (1, 5, 30):
        with later(minutes=minutes):
            collect_due_charges()
            resolve_due_attempts()
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(list_captures(stand_in)) == 1


def test_a_payment_that_the_bank_wants_confirmed_waits_for_the_buyer(stripe, stand_in):
    charge = collect(ask(stripe, "pm_card_authenticationRequired"))
    assert charge.attempts.get().state == AttemptState.AWAITING_BUYER
    page = confirm_payment(charge_id=charge.pk, return_url=BACK)
    assert confirm_payment(charge_id=charge.pk, return_url=BACK) == page
    requests.post(page, data={"answer": "complete"}, allow_redirects=False, timeout=5)
    assert confirm_payment(charge_id=charge.pk, return_url=BACK) is None
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(list_captures(stand_in)) == 1


def test_one_that_waits_for_the_buyer_is_stopped_for_good(stripe, stand_in):
    charge = collect(ask(stripe, "pm_card_authenticationRequired"))
    page = confirm_payment(charge_id=charge.pk, return_url=BACK)
    stop_awaiting(charge.pk)
    requests.post(page, data={"answer": "complete"}, allow_redirects=False, timeout=5)
    assert list_captures(stand_in) == []


def test_a_decline_fails_the_charge_with_the_banks_reason(stripe):
    charge = collect(ask(stripe, "pm_card_visa_chargeDeclinedStolenCard"))
    assert (charge.status, charge.failure_code) == (ChargeStatus.FAILED, "stolen_card")


def test_two_amounts_that_stripe_does_not_take_fail_for_good(stripe):
    for charge in (ask(stripe, cents=49), ask(stripe, cents=48)):
        assert collect(charge).failure_code == "amount_too_small"
        assert charge.attempts.get().hard


def test_a_refund_goes_back(stripe, stand_in):
    charge = collect(ask(stripe))
    refund = refund_customer_charge(charge.pk, amount_minor=500)
    assert collect(refund).status == ChargeStatus.SUCCESS
    assert [each["amount"] for each in stand_in.books.every("refund")] == [500]
    assert seller_balance(charge) == 1499


@pytest.mark.slow
def test_many_charges_at_once_are_each_collected_once(stripe, stand_in):
    charges = [ask(stripe) for _ in range(12)]
    collect_due_charges()
    assert {fetch(charge).status for charge in charges} == {ChargeStatus.SUCCESS}
    assert len({*list_captures(stand_in)}) == 12
