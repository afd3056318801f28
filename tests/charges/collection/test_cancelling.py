"""Attempts that end by being cancelled at the gateway, instead of waiting for a person."""

from datetime import timedelta

import pytest
from django.db import transaction

from charges.collection.outcome_types import Stopped
from charges.collection.resolve import resolve_attempt
from charges.collection.sending import call_gateway, describe_attempt
from charges.collection.settle import settle_outcomes
from charges.collection.single import claim_charge, collect_charge
from charges.history import give_up_charges
from charges.models import AttemptState, Charge, ChargeStatus
from core import clock
from gateway.movements import Verdict
from gateway.registry import get_gateway
from operations.factories import ChargeFactory
from tests.money import captures, fetch
from tests.movements import movement_of

pytestmark = pytest.mark.django_db


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


def lose(charge):
    """The worker dies after its claim, before the request leaves."""
    attempt = claim_charge(charge.pk)
    assert attempt is not None
    return attempt


@transaction.atomic
def give_up(charge):
    give_up_charges(Charge.objects.filter(pk=charge.pk), actor="test", reason="Not wanted.")


def test_what_is_not_wanted_any_more_and_never_arrived_is_cancelled_and_ends():
    charge = ChargeFactory(activated=True)
    attempt = lose(charge)
    give_up(charge)
    with later(minutes=3):
        resolve_attempt(attempt.pk)
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert (fetch(charge).status, fetch(charge).failure_code) == (ChargeStatus.FAILED, "cancelled")
    assert captures() == []


def test_a_sender_who_wakes_up_after_the_cancellation_moves_nothing():
    charge = ChargeFactory(activated=True)
    attempt = lose(charge)
    give_up(charge)
    with later(minutes=3):
        resolve_attempt(attempt.pk)
    late = describe_attempt(attempt, lease_ends=clock.now() + timedelta(minutes=2))
    outcome = call_gateway(late)
    settle_outcomes({attempt.pk: outcome})
    assert isinstance(outcome, Stopped)
    assert captures() == []
    assert charge.attempts.get().state == AttemptState.VOIDED


def test_a_capture_that_was_faster_than_the_cancellation_is_booked():
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    give_up(charge)
    with later(seconds=11):
        resolve_attempt(charge.attempts.get().pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_a_request_that_is_lost_for_longer_than_its_key_lives_is_cancelled_and_made_anew():
    charge = ChargeFactory(activated=True)
    attempt = lose(charge)
    with later(hours=13):
        resolve_attempt(attempt.pk)
        assert charge.attempts.get().state == AttemptState.VOIDED
        with later(seconds=31):
            collect_charge(charge.pk)
    assert [a.state for a in charge.attempts.order_by("number")] == ["voided", "succeeded"]
    assert len(captures()) == 1


def test_a_slow_bank_debit_is_pending_for_days_and_then_collected():
    charge = ChargeFactory(activated=True, card="tok_test_debit_for_days")
    collect_charge(charge.pk)
    for day in (1, 2):
        with later(days=day):
            resolve_attempt(charge.attempts.get().pk)
            assert charge.attempts.get().state == AttemptState.UNKNOWN
    with later(days=4):
        resolve_attempt(charge.attempts.get().pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert charge.attempts.count() == 1


def test_the_gateway_keeps_a_cancelled_key_void():
    charge = ChargeFactory(activated=True)
    attempt = lose(charge)
    gateway = get_gateway("sandbox")
    assert gateway.cancel(movement_of(attempt)).verdict == Verdict.VOID
    assert gateway.charge(movement_of(attempt)).verdict == Verdict.VOID
    assert gateway.cancel(movement_of(attempt)).verdict == Verdict.VOID
    assert captures() == []


def test_a_cancellation_without_an_answer_is_asked_again(settings):
    charge = ChargeFactory(activated=True)
    attempt = lose(charge)
    give_up(charge)
    settings.GATEWAYS = {"sandbox": "tests.charges.collection.deaf_gateway.CannotCancel"}
    get_gateway.cache_clear()
    with later(minutes=3):
        resolve_attempt(attempt.pk)
    assert charge.attempts.get().state == AttemptState.UNKNOWN
    assert fetch(charge).status == ChargeStatus.PROCESSED
