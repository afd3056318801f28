"""A charge goes through the whole engine to a GoCardless on this machine, over days."""

from datetime import timedelta

import pytest
from django.db import transaction

from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.history import give_up_charges
from charges.models import AttemptState, Charge, ChargeStatus
from charges.requests.customer import charge_customer, refund_customer_charge
from core import clock
from gateway.registry import get_gateway
from operations.factories import PaymentOptionFactory
from tests.money import fetch, seller_balance
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _plugged_in(gateway, settings):
    path = "gateway.gocardless.gateway.GoCardlessGateway"
    settings.GATEWAYS = {"sandbox": "gateway.sandbox.SandboxGateway", "gocardless": path}
    settings.LIVE_GATEWAY = "gocardless"
    settings.DEFAULT_CURRENCY = "GBP"
    get_gateway.cache_clear()
    yield
    assert_books_are_sound()


@pytest.fixture
def charge(mandate) -> Charge:
    """A charge of 19.99 by bank debit."""
    option = PaymentOptionFactory(
        of_customer=True, bank_account=True, gateway_token=mandate, gateway="gocardless"
    )
    return charge_customer(
        customer=option.customer, payment_option=option, amount_minor=1999, name="Seat", actor="test"
    )


def collect(charge: Charge) -> Charge:
    collect_charge(charge.pk)
    return fetch(charge)


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


def list_payments(stand_in):
    return list(stand_in.books.resources["payments"].values())


def advance_all(stand_in, *statuses: str) -> None:
    for payment in list_payments(stand_in):
        for status in statuses:
            stand_in.books.advance(payment["id"], status)


def test_a_debit_is_pending_for_days_and_then_the_seller_is_owed(charge, stand_in):
    assert collect(charge).status == ChargeStatus.PROCESSED
    for day in (1, 3):
        with later(days=day):
            resolve_due_attempts()
            assert charge.attempts.get().state == AttemptState.UNKNOWN
    advance_all(stand_in, "submitted", "confirmed")
    with later(days=5):
        resolve_due_attempts()
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert charge.attempts.get().gateway_reference == list_payments(stand_in)[0]["id"]
    assert seller_balance(charge) == 1999


def test_a_debit_that_the_bank_refuses_fails_with_its_reason(charge, stand_in):
    collect(charge)
    stand_in.books.advance(list_payments(stand_in)[0]["id"], "failed", cause="bank_account_closed")
    with later(days=3):
        resolve_due_attempts()
    assert (fetch(charge).status, fetch(charge).failure_code) == (ChargeStatus.FAILED, "bank_account_closed")
    assert charge.attempts.get().hard


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", ["garbage", "reset_after", "time_out_after", "time_out_before"])
def test_whatever_happens_on_the_way_it_is_collected_once(charge, stand_in, fault):
    stand_in.fail("POST /payments", fault)
    collect(charge)
    with later(seconds=11):
        resolve_due_attempts()
    advance_all(stand_in, "confirmed")
    with later(days=3):
        resolve_due_attempts()
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(list_payments(stand_in)) == charge.attempts.count() == 1


@pytest.mark.usefixtures("impatient")
def test_what_is_not_wanted_any_more_never_goes_to_the_bank(charge, stand_in):
    held = stand_in.fail("POST /payments", "held_up")
    collect(charge)
    with transaction.atomic():
        give_up_charges(Charge.objects.filter(pk=charge.pk), actor="test", reason="Not wanted.")
    with later(seconds=11):
        resolve_due_attempts()
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert fetch(charge).status == ChargeStatus.FAILED
    held.release.set()
    assert held.done.wait(5)
    assert [payment["status"] for payment in list_payments(stand_in)] == ["cancelled"]


def test_after_two_weeks_a_debit_is_cancelled_and_ends(charge, stand_in):
    collect(charge)
    with later(days=13):
        resolve_due_attempts()
        assert charge.attempts.get().state == AttemptState.UNKNOWN
    with later(days=15):
        resolve_due_attempts()
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert [payment["status"] for payment in list_payments(stand_in)] == ["cancelled"]


def test_a_request_that_gocardless_turns_away_is_sent_anew_later(charge, stand_in):
    Charge.objects.filter(pk=charge.pk).update(retry_limit=None)
    stand_in.fail("POST /payments", "too_many")
    assert collect(charge).status == ChargeStatus.PROCESSED
    with later(seconds=31):
        collect_due_charges()
    assert [a.state for a in charge.attempts.order_by("number")] == ["voided", "unknown"]
    assert len(list_payments(stand_in)) == 1


def test_money_is_given_back_when_the_refund_is_paid(charge, stand_in):
    collect(charge)
    advance_all(stand_in, "confirmed")
    with later(days=3):
        resolve_due_attempts()
    refund = refund_customer_charge(charge.pk)
    assert collect(refund).status == ChargeStatus.PROCESSED
    [given_back] = stand_in.books.resources["refunds"].values()
    given_back["status"] = "paid"
    with later(days=6):
        resolve_due_attempts()
    assert fetch(refund).status == ChargeStatus.SUCCESS
    assert seller_balance(charge) == 0
