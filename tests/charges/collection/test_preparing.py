"""Processors that name a charge before money can move: the name is committed first."""

from datetime import timedelta

import pytest

from charges.collection.batch import send_attempts
from charges.collection.outcome_types import NeverSent
from charges.collection.resolve import resolve_attempt
from charges.collection.sending import call_gateway, describe_attempt
from charges.collection.single import claim_charge, collect_charge
from charges.models import Attempt, AttemptState, ChargeStatus
from core import clock
from gateway.registry import get_gateway
from operations.factories import ChargeFactory
from tests.charges.collection.preparing_gateway import PREPARING
from tests.money import captures, fetch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _preparing_gateway(settings):
    settings.GATEWAYS = PREPARING
    get_gateway.cache_clear()


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


def use(settings, name):
    settings.GATEWAYS = {"sandbox": f"tests.charges.collection.preparing_gateway.{name}"}
    get_gateway.cache_clear()


def test_a_charge_is_prepared_its_reference_kept_and_then_captured():
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    assert (attempt.state, attempt.gateway_reference) == ("unknown", f"prepared-{attempt.key}")
    with later(seconds=11):
        resolve_attempt(attempt.pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_what_cannot_be_prepared_was_not_sent(settings):
    use(settings, "UnpreparedGateway")
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert fetch(charge).collect_at > clock.now()
    assert captures() == []


def test_a_sender_who_lost_its_lease_while_preparing_does_not_charge():
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    planned = describe_attempt(attempt, lease_ends=attempt.check_at)
    Attempt.objects.filter(pk=attempt.pk).update(check_at=attempt.check_at + timedelta(seconds=60))
    assert call_gateway(planned) is None
    assert charge.attempts.get().gateway_reference is None
    assert captures() == []


@pytest.mark.parametrize("gateway", ["PreparingGateway", "UnwaryGateway"])
def test_for_a_customer_without_a_record_nothing_is_prepared_and_nothing_charged(settings, gateway):
    use(settings, gateway)
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    planned = describe_attempt(attempt, lease_ends=attempt.check_at)
    assert isinstance(call_gateway(planned._replace(token="")), NeverSent)
    assert charge.attempts.get().gateway_reference is None
    assert captures() == []


def test_a_prepared_charge_whose_sender_died_is_sent_under_the_same_reference():
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    Attempt.objects.filter(pk=attempt.pk).update(gateway_reference=f"prepared-{attempt.key}")
    with later(minutes=3):
        resolve_attempt(attempt.pk)
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_a_batch_is_prepared_as_well():
    charges = [ChargeFactory(activated=True) for _ in range(3)]
    attempts = [claim_charge(charge.pk) for charge in charges]
    send_attempts([describe_attempt(attempt, lease_ends=attempt.check_at) for attempt in attempts])
    assert {fetch(charge).status for charge in charges} == {ChargeStatus.SUCCESS}
    assert len(captures()) == 3
