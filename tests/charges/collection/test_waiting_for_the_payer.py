"""Payments that the payer's bank wants the payer to confirm."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from charges.collection.confirm import confirm_payment, stop_awaiting
from charges.collection.resolve import resolve_attempt
from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.history import give_up_charges
from charges.models import AttemptState, Charge, ChargeStatus
from core import clock
from gateway.registry import get_gateway
from operations.factories import ChargeFactory
from tests.money import captures, fetch, run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
RETURN = "https://billing.example/charges/1"


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


@pytest.fixture
def charge():
    charge = ChargeFactory(activated=True, card="tok_test_confirm_always")
    collect_charge(charge.pk)
    return charge


def confirm_at_processor(url, verdict="approved"):
    books = get_gateway("sandbox").books
    operation, return_url = books.find_confirmation(url.rstrip("/").rpartition("/")[-1])
    books.decide(operation, verdict)
    return return_url


def test_a_charge_that_must_be_confirmed_waits_and_is_not_tried_again(charge):
    assert charge.attempts.get().state == AttemptState.AWAITING_BUYER
    assert fetch(charge).failure_code == "authentication_required"
    with later(days=6):
        assert collect_due_charges() == 0
        resolve_due_attempts()
        assert charge.attempts.get().state == AttemptState.AWAITING_BUYER
    assert captures() == []


def test_the_payer_confirms_and_the_charge_is_collected(charge):
    url = confirm_payment(charge_id=charge.pk, return_url=RETURN)
    assert confirm_at_processor(url) == RETURN
    resolve_attempt(charge.attempts.get().pk, early=True)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1
    assert confirm_payment(charge_id=charge.pk, return_url=RETURN) is None


def test_a_payer_who_never_comes_back_is_found_to_have_paid(charge):
    confirm_at_processor(confirm_payment(charge_id=charge.pk, return_url=RETURN))
    with later(minutes=10):
        assert resolve_due_attempts() == 1
    assert fetch(charge).status == ChargeStatus.SUCCESS


def test_a_payer_who_does_not_confirm_in_a_week_has_not_paid(charge):
    with later(days=7, minutes=1):
        resolve_attempt(charge.attempts.get().pk)
        assert (fetch(charge).status, charge.attempts.get().state) == ("failed", "voided")
        assert collect_due_charges() == 0
    url = confirm_payment(charge_id=charge.pk, return_url=RETURN)
    assert url is None
    assert captures() == []


def test_a_charge_that_is_not_wanted_any_more_is_cancelled_at_the_processor(charge):
    url = confirm_payment(charge_id=charge.pk, return_url=RETURN)
    with transaction.atomic():
        give_up_charges(Charge.objects.filter(pk=charge.pk), actor="test", reason="Not wanted.")
    assert resolve_due_attempts() == 1
    assert fetch(charge).status == ChargeStatus.FAILED
    confirm_at_processor(url)
    assert captures() == []


def test_nobody_is_led_to_confirm_what_is_not_wanted_any_more(charge):
    with transaction.atomic():
        give_up_charges(Charge.objects.filter(pk=charge.pk), actor="test", reason="Not wanted.")
    url = confirm_payment(charge_id=charge.pk, return_url=RETURN)
    assert url is None
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert fetch(charge).status == ChargeStatus.FAILED


def test_who_confirmed_before_it_was_given_up_has_paid(charge):
    confirm_at_processor(confirm_payment(charge_id=charge.pk, return_url=RETURN))
    with transaction.atomic():
        give_up_charges(Charge.objects.filter(pk=charge.pk), actor="test", reason="Not wanted.")
    url = confirm_payment(charge_id=charge.pk, return_url=RETURN)
    assert url is None
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_another_card_takes_the_place_of_the_one_that_waits(charge):
    stop_awaiting(charge.pk)
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert collect_due_charges() == 1
    assert charge.attempts.count() == 2


@pytest.mark.slow
def test_confirming_against_cancelling_captures_at_most_once_and_never_after_a_cancellation():
    for _ in range(8):
        charge = ChargeFactory(activated=True, card="tok_test_confirm_always")
        collect_charge(charge.pk)
        url = confirm_payment(charge_id=charge.pk, return_url=RETURN)
        before = len(captures())
        run_at_once(
            partial(confirm_at_processor, url),
            partial(stop_awaiting, charge.pk),
            partial(resolve_attempt, charge.attempts.get().pk, early=True),
            partial(confirm_payment, charge_id=charge.pk, return_url=RETURN),
        )
        resolve_attempt(charge.attempts.get().pk, early=True)
        state = charge.attempts.get().state
        assert (state, len(captures()) - before) in (("succeeded", 1), ("voided", 0))
