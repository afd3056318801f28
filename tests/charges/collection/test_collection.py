"""Collection without accidents: what each kind of answer leads to."""

from datetime import timedelta

import pytest
from django.db import transaction

from charges.collection.resolve import resolve_attempt
from charges.collection.single import claim_charge, collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.models import AttemptState, ChargeStatus
from core import clock
from gateway.registry import CalledInsideTransaction, get_gateway
from operations.factories import ChargeFactory
from tests.money import accept, captures, fetch, seller_balance
from tests.movements import make_movement

pytestmark = pytest.mark.django_db(transaction=True)


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


def test_an_approved_charge_is_success_and_the_seller_is_owed_the_rest():
    charge = ChargeFactory(activated=True, price_minor=100, quantity=2)
    collect_charge(charge.pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert seller_balance(charge) == 160
    assert [amount for _, amount in captures()] == [200]
    assert [(c.from_status, c.to_status) for c in charge.history.all()] == [
        ("pending", "accepted"),
        ("accepted", "processed"),
        ("processed", "success"),
    ]


@pytest.mark.parametrize("card", ["tok_test_decline_soft", "tok_test_decline_hard"])
def test_a_declined_charge_fails_and_nobody_is_owed_anything(card):
    charge = ChargeFactory(activated=True, card=card)
    collect_charge(charge.pk)
    assert fetch(charge).status == ChargeStatus.FAILED
    assert fetch(charge).failure_message
    assert (captures(), seller_balance(charge)) == ([], 0)


@pytest.mark.parametrize("card", ["tok_test_timeout_before", "tok_test_timeout_after", "tok_test_garbage"])
def test_a_call_without_an_answer_is_resolved_by_asking_for_our_key(card):
    charge = ChargeFactory(activated=True, card=card)
    collect_charge(charge.pk)
    assert fetch(charge).status == ChargeStatus.PROCESSED
    assert charge.attempts.get().state == AttemptState.UNKNOWN
    with later(seconds=11):
        resolve_attempt(charge.attempts.get().pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1
    assert charge.attempts.count() == 1


def test_a_request_processed_late_is_neither_failed_nor_sent_under_another_key():
    charge = ChargeFactory(activated=True, card="tok_test_late")
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    with later(seconds=11):
        resolve_attempt(attempt.pk)
    assert charge.attempts.get().state == AttemptState.UNKNOWN
    with later(seconds=120):
        resolve_attempt(attempt.pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_a_request_that_never_left_is_voided_and_tried_again():
    charge = ChargeFactory(activated=True, card="tok_test_unreachable")
    collect_charge(charge.pk)
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert fetch(charge).collect_at > clock.now()
    with later(seconds=31):
        collect_charge(charge.pk)
    assert [a.number for a in charge.attempts.order_by("number")] == [1, 2]
    assert fetch(charge).status == ChargeStatus.PROCESSED


def test_a_capture_of_another_amount_is_for_a_person_and_never_a_success():
    charge = ChargeFactory(activated=True, card="tok_test_wrong_amount")
    collect_charge(charge.pk)
    assert charge.attempts.get().state == AttemptState.NEEDS_REVIEW
    assert (fetch(charge).status, seller_balance(charge)) == (ChargeStatus.PROCESSED, 0)
    with later(days=3):
        assert (collect_due_charges(), resolve_due_attempts()) == (0, 0)


def test_a_capture_whose_key_the_gateway_forgot_is_still_found():
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    get_gateway("sandbox").books.forget(attempt.key)
    with later(hours=13):
        resolve_attempt(attempt.pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_a_gateway_that_cannot_be_asked_is_asked_less_and_less_often_and_at_last_once_a_day(settings):
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    settings.GATEWAYS = {"sandbox": "tests.charges.collection.deaf_gateway.DeafGateway"}
    get_gateway.cache_clear()
    waits = []
    instant = clock.now()
    for _ in range(9):
        attempt = charge.attempts.get()
        waits.append(round((attempt.check_at - instant).total_seconds()))
        instant = attempt.check_at
        with clock.travel_to(instant):
            resolve_attempt(attempt.pk)
    assert waits == [10, 60, 300, 1_800, 7_200, 21_600, 86_400, 86_400, 86_400]
    assert charge.attempts.get().state == AttemptState.UNKNOWN


def test_what_is_not_due_is_not_collected():
    charge = accept(ChargeFactory(test=True))
    assert claim_charge(charge.pk) is None


def test_a_gateway_cannot_be_called_inside_a_transaction():
    gateway = get_gateway("sandbox")
    with transaction.atomic(), pytest.raises(CalledInsideTransaction):
        gateway.charge(make_movement())
    with transaction.atomic(), pytest.raises(CalledInsideTransaction):
        gateway.lookup(make_movement())
    assert captures() == []


def test_a_test_sale_goes_all_the_way_and_touches_no_live_account():
    charge = ChargeFactory(activated=True, test=True)
    collect_charge(charge.pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert seller_balance(charge) == 160
    charge.test = False
    assert seller_balance(charge) == 0


def test_the_sweeps_alone_collect_everything_when_every_hint_is_lost():
    charges = [ChargeFactory(activated=True) for _ in range(3)]
    charges.append(ChargeFactory(activated=True, card="tok_test_timeout_before"))
    assert collect_due_charges() == 4
    with later(seconds=11):
        assert resolve_due_attempts() == 1
    assert {fetch(charge).status for charge in charges} == {ChargeStatus.SUCCESS}
    assert len(captures()) == 4


def test_a_gateway_that_stays_out_of_reach_is_tried_ever_less_often():
    charge = ChargeFactory(activated=True, card="tok_test_unreachable")
    waits, instant = [], clock.now()
    for _ in range(9):
        with clock.travel_to(instant):
            collect_charge(charge.pk)
        waits.append((fetch(charge).collect_at - instant).total_seconds())
        instant = fetch(charge).collect_at
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
