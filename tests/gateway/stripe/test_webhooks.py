"""Stripe tells a running server of events: signed ones make it ask at once, whatever their order."""

import json
from datetime import timedelta

import pytest
import requests

from billing_site.celery import app
from charges.collection.single import collect_charge
from charges.models import AttemptState, Charge, ChargeStatus, Dispute, ProcessorEvent
from charges.requests.customer import charge_customer
from core import clock
from customers.models import PaymentOption
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory
from tests.gateway.processors import WEBHOOK_SECRET
from tests.gateway.stripe.cast import (
    act_there,
    answer_bank,
    decide_dispute,
    make_buyer,
    make_customer_with_bank_account,
)
from tests.gateway.stripe_stand_in import cards, disputes
from tests.gateway.stripe_stand_in.webhooks import sign
from tests.money import fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hook(stand_in, live_server, settings):
    """The address to which the stand-in tells events; the workers act on a hint at once."""
    settings.LIVE_GATEWAY = "stripe"
    app.conf.task_always_eager = True
    yield f"{live_server.url}/hooks/stripe/"
    app.conf.task_always_eager = False
    stand_in.webhooks.wait()
    assert_books_are_sound()


@pytest.fixture
def paid(stand_in) -> Charge:
    """A payment that was collected before the server heard of anything."""
    charge = ChargeFactory(caller=make_buyer(stand_in), activated=True, price_minor=5_000)
    collect_charge(charge.pk)
    return charge


def open_dispute(stand_in) -> None:
    """The payer's bank takes the money back."""
    captured = next(each for each in stand_in.books.every("charge") if each["paid"])
    act_there(stand_in, disputes.open_dispute, captured)
    stand_in.webhooks.wait()


def deliver(hook: str, event: dict, secret: str = WEBHOOK_SECRET, *, age: int = 0, changed: str = "") -> int:
    body = json.dumps(event)
    at = int((clock.now() - timedelta(seconds=age)).timestamp())
    headers = {"Stripe-Signature": sign(body, secret, at)}
    return requests.post(hook, data=(body + changed).encode(), headers=headers, timeout=10).status_code


def test_a_debit_is_resolved_as_soon_as_the_bank_has_paid(stand_in, hook):
    account = make_customer_with_bank_account()
    charge = charge_customer(
        customer=account.customer, payment_option=account, amount_minor=1_999, name="Seat", actor="test"
    )
    collect_charge(charge.pk)
    assert charge.attempts.get().state == AttemptState.UNKNOWN
    stand_in.webhooks.url = hook
    stand_in.books.advance(timedelta(days=5))
    stand_in.webhooks.wait()
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert not ProcessorEvent.objects.filter(act_at__isnull=False).exists()


def test_a_buyer_who_confirms_and_closes_the_window_has_paid(stand_in, hook):
    charge = ChargeFactory(caller=make_buyer(stand_in, "pm_card_authenticationRequired"), activated=True)
    collect_charge(charge.pk)
    stand_in.webhooks.url = hook
    answer_bank(charge.pk, "complete")
    stand_in.webhooks.wait()
    assert fetch(charge).status == ChargeStatus.SUCCESS


def test_an_expiry_that_the_bank_renewed_is_taken_over(stand_in, hook, paid):
    stand_in.webhooks.url = hook
    name = paid.payment_option.gateway_token.split("|")[1]
    act_there(stand_in, cards.update_method, {"card": {"exp_year": "2039", "exp_month": "5"}}, name)
    stand_in.webhooks.wait()
    option = PaymentOption.objects.get(pk=paid.payment_option.pk)
    assert (option.exp_month, option.exp_year) == (5, 2039)


def test_a_dispute_is_a_row_as_soon_as_it_is_opened_and_is_closed_as_soon_as_it_is_decided(
    stand_in, hook, paid
):
    stand_in.webhooks.url = hook
    open_dispute(stand_in)
    dispute = Dispute.objects.get(charge=paid)
    assert (dispute.status, dispute.money, dispute.fee_minor) == ("opened", paid.total, 1_500)
    decide_dispute(stand_in, dispute.reference, "losing_evidence")
    stand_in.webhooks.wait()
    assert Dispute.objects.get().status == "lost"


@pytest.mark.slow
def test_events_that_come_late_several_times_and_in_any_order_change_nothing_more(stand_in, hook, paid):
    stand_in.webhooks.copies, stand_in.webhooks.late_seconds = 3, 0.2
    stand_in.webhooks.url = hook
    open_dispute(stand_in)
    decide_dispute(stand_in, Dispute.objects.get().reference, "winning_evidence")
    stand_in.webhooks.wait()
    codes = [deliver(hook, event) for event in reversed(stand_in.books.events)]
    assert set(codes) == {200}
    assert Dispute.objects.get().status == "won"
    kinds = LedgerTransaction.objects.filter(kind__startswith="dispute").values_list("kind", flat=True)
    assert sorted(kinds) == ["dispute_opened", "dispute_won"]
    ids = list(ProcessorEvent.objects.values_list("event_id", flat=True))
    assert len(ids) == len(set(ids))


def test_forged_events_are_refused_and_nothing_is_asked(stand_in, hook, paid):
    open_dispute(stand_in)
    event = stand_in.books.events[-1]
    asked = len(stand_in.service.requests)
    assert deliver(hook, event, secret="whsec_of_somebody_else") == 400
    assert deliver(hook, event, changed=" ") == 400
    assert deliver(hook, event, age=301) == 400
    assert requests.post(hook, json=event, timeout=10).status_code == 400
    assert not ProcessorEvent.objects.exists()
    assert not Dispute.objects.exists()
    assert len(stand_in.service.requests) == asked
    assert deliver(hook, event) == 200
    assert Dispute.objects.get().status == "opened"
