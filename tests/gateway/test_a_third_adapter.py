"""A processor of one's own plugs in by a dotted path: nothing else knows its name."""

import inspect
from contextvars import copy_context
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from charges.collection.resolve import resolve_attempt
from charges.collection.single import claim_charge, collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.history import give_up_charges
from charges.models import AttemptState, Charge, ChargeStatus
from charges.requests.customer import charge_customer, refund_customer_charge
from core import clock
from gateway.base import Gateway
from gateway.gocardless.gateway import GoCardlessGateway
from gateway.registry import CalledInsideTransaction, get_gateway, has_live_gateway
from operations.factories import PaymentOptionFactory
from tests.gateway.made_up_gateway import PATH, MadeUpGateway
from tests.money import fetch, run_at_once, seller_balance
from tests.movements import make_movement
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _plugged_in(settings):
    settings.GATEWAYS = {"sandbox": "gateway.sandbox.SandboxGateway", "made_up": PATH}
    settings.LIVE_GATEWAY = "made_up"
    get_gateway.cache_clear()
    yield
    assert_books_are_sound()


def ask(token: str) -> Charge:
    """A charge of 19.99 of a customer of the made-up processor."""
    option = PaymentOptionFactory(of_customer=True, token=token, gateway="made_up")
    return charge_customer(
        customer=option.customer, payment_option=option, amount_minor=1999, name="Seat", actor="test"
    )


def later(**delay):
    return clock.travel_to(clock.now() + timedelta(**delay))


def collect(charge: Charge) -> Charge:
    collect_charge(charge.pk)
    return fetch(charge)


def test_a_charge_goes_through_it_from_claim_to_ledger():
    charge = collect(ask("pays"))
    attempt = charge.attempts.get()
    assert (charge.status, attempt.gateway) == (ChargeStatus.SUCCESS, "made_up")
    assert attempt.gateway_reference == f"made-up-{attempt.key}"
    assert get_gateway("made_up").count_captured() == seller_balance(charge) == 1999
    assert has_live_gateway()


def test_its_refusal_is_a_decline():
    charge = collect(ask("refuses"))
    assert (charge.status, charge.failure_code) == (ChargeStatus.FAILED, "made_up_no")


def test_a_refund_goes_back_through_it():
    charge = collect(ask("pays"))
    refund = collect(refund_customer_charge(charge.pk))
    assert refund.attempts.get().gateway == "made_up"
    assert seller_balance(charge) == 0


@pytest.mark.parametrize("token", ["says_nothing_after", "pending_for_long"])
def test_what_it_did_not_answer_is_looked_up(token):
    charge = collect(ask(token))
    assert charge.attempts.get().state == AttemptState.UNKNOWN
    get_gateway("made_up").finish()
    with later(seconds=11):
        resolve_due_attempts()
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert get_gateway("made_up").count_captured() == 1999


def test_what_is_not_wanted_any_more_is_cancelled_there():
    charge = collect(ask("says_nothing_before"))
    with transaction.atomic():
        give_up_charges(Charge.objects.filter(pk=charge.pk), actor="test", reason="Not wanted.")
    with later(seconds=11):
        resolve_due_attempts()
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert fetch(charge).status == ChargeStatus.FAILED
    assert get_gateway("made_up").count_captured() == 0


def test_senders_resolvers_and_cancellations_at_once_capture_once():
    charge = ask("says_nothing_after")
    attempt = claim_charge(charge.pk)
    works = [partial(resolve_attempt, attempt.pk)] * 4 + [collect_due_charges]
    with later(minutes=3):
        # A thread does not inherit the time.
        run_at_once(*(partial(copy_context().run, work) for work in works))
    with later(minutes=10):
        resolve_due_attempts()
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert get_gateway("made_up").count_captured() == 1999


@transaction.atomic
def test_it_cannot_be_called_inside_a_transaction():
    with pytest.raises(CalledInsideTransaction):
        get_gateway("made_up").charge(make_movement(token="pays"))


@pytest.mark.parametrize("kind", [GoCardlessGateway, MadeUpGateway])
def test_every_gateway_takes_what_the_protocol_says(kind):
    for name, method in inspect.getmembers(Gateway, inspect.isfunction):
        if not name.startswith("_"):
            wanted = list(inspect.signature(method).parameters)
            assert list(inspect.signature(getattr(kind, name)).parameters) == wanted, name
    assert {"name", "key_ttl_seconds", "prepares", "lists_disputes", "lists_returns"} <= {*dir(kind)}
