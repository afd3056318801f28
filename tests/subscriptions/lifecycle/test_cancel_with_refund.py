"""Cancelling a customer's subscription with part of the latest payment given back."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from charges.collection.single import claim_charge, collect_charge, send_attempt
from charges.errors import WrongState
from charges.models import Charge, ChargeKind, ChargeStatus
from charges.refunds.make import refund_charge
from core import clock
from core.errors import InvalidField
from customers.credentials import seal_processor_key
from customers.models import Merchant
from gateway.sandbox import REVOKED_CREDENTIAL
from ledger.models import LedgerTransaction, TransactionKind
from operations.factories import MerchantFactory, PlanFactory
from subscriptions.errors import PayoutNotRefundable, RefundTooLarge
from subscriptions.lifecycle import collect
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.collect import collect_now
from subscriptions.models import Subscription, SubscriptionStatus
from tests.money import run_at_once, seller_balance
from tests.subscriptions.clients import charges_of, subscribe
from tests.subscriptions.stories import START, at, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _patient(monkeypatch):
    """On a busy machine the other thread may need seconds."""
    monkeypatch.setattr(collect, "PATIENCE", 30.0)


def end(subscription: Subscription, after: timedelta, **refund) -> Subscription:
    with clock.travel_to(START + after):
        cancel_subscription(subscription.pk, actor="test", repeatable=False, **refund)
        collect_now(subscription.pk)
    return fetch(subscription)


def refunds_of(subscription: Subscription) -> list[tuple[int, str]]:
    rows = subscription.charges.filter(kind=ChargeKind.REFUND).order_by("pk")
    return list(rows.values_list("total_minor", "status"))


def use_processor_key(subscription: Subscription, key: str) -> None:
    merchants = Merchant.objects.filter(customers=subscription.customer_id)
    merchants.update(sealed_processor_key=seal_processor_key(key))


@pytest.mark.parametrize(
    ("frequency", "amount", "days", "refund"),
    [("weekly", 10_000, 1, 8571), ("monthly", 1000, 6, 785), ("monthly", 1000, 17, 392)],
)
def test_what_is_left_of_the_period_is_given_back_without_fractions_of_a_cent(
    frequency, amount, days, refund
):
    subscription = subscribe(PlanFactory(frequency=frequency, amount_minor=amount))
    ended = end(subscription, timedelta(days=days), prorated_refund=True)
    assert ended.status == SubscriptionStatus.CANCELLED
    assert refunds_of(subscription) == [(refund, ChargeStatus.SUCCESS)]
    assert seller_balance(charges_of(subscription)[0]) == amount - refund
    assert_books_are_sound()


@pytest.mark.parametrize(
    ("fields", "days", "refund"),
    [({}, 6, 800), ({}, 17, 433), ({"price_minor": 10_000}, 6, 8000), ({}, 30, None)],
)
def test_a_month_of_thirty_days_is_shared_by_days(fields, days, refund):
    september = day("2027-09-01")
    subscription = subscribe(at=september, **fields)
    end(subscription, september - START + timedelta(days=days), prorated_refund=True)
    assert refunds_of(subscription) == ([(refund, ChargeStatus.SUCCESS)] if refund else [])


def test_after_the_end_in_the_middle_nothing_is_billed_any_more():
    subscription = subscribe()
    at(days=28)
    end(subscription, timedelta(days=40))
    at(days=400)
    assert len(charges_of(subscription)) == 2


def test_a_refund_of_so_much_is_exactly_so_much():
    subscription = subscribe()
    end(subscription, timedelta(hours=7), refund_minor=566)
    assert refunds_of(subscription) == [(566, ChargeStatus.SUCCESS)]


def test_the_refund_reverses_the_charge_in_the_ledger():
    subscription = subscribe()
    end(subscription, timedelta(days=1), refund_minor=400)
    charge, refund = charges_of(subscription)
    assert refund.refund_of == charge
    posted = LedgerTransaction.objects.get(reference=refund.key)
    assert posted.kind == TransactionKind.REFUND
    assert sorted(posted.entries.values_list("account__kind", "amount_minor")) == [
        ("buyer_clearing", -400),
        ("seller_payable", 400),
    ]


def test_a_period_that_is_over_gives_nothing_back():
    subscription = subscribe()
    end(subscription, timedelta(days=40), prorated_refund=True)
    assert refunds_of(subscription) == []


def test_a_payment_that_did_not_arrive_is_not_refunded():
    subscription = subscribe(funding_source="/v1/cards/decline_soft")
    ended = end(subscription, timedelta(days=1), prorated_refund=True)
    (charge,) = charges_of(subscription)
    assert (charge.status, charge.given_up_at) == (ChargeStatus.FAILED, START + timedelta(days=1))
    assert ended.status == SubscriptionStatus.CANCELLED


def test_a_subscription_that_has_not_started_has_nothing_to_refund():
    subscription = subscribe(starts_at=START + timedelta(days=3))
    end(subscription, timedelta(days=1), refund_minor=1000)
    assert charges_of(subscription) == []
    at(days=5)
    assert charges_of(subscription) == []


def test_more_than_a_period_costs_is_refused_before_anything_else():
    subscription = subscribe()
    with pytest.raises(RefundTooLarge) as refusal:
        end(subscription, timedelta(days=1), refund_minor=1001)
    assert refusal.value.limit_minor == 1000
    assert fetch(subscription).status == SubscriptionStatus.ACTIVE
    end(subscription, timedelta(days=1))
    with pytest.raises(RefundTooLarge):
        end(subscription, timedelta(days=1), refund_minor=1001)


def test_a_refund_is_one_cent_or_more_and_said_in_one_way():
    subscription = subscribe()
    for wrong in ({"refund_minor": 0}, {"refund_minor": -1}, {"refund_minor": 1, "prorated_refund": True}):
        with pytest.raises(InvalidField) as refusal:
            end(subscription, timedelta(days=1), **wrong)
        assert refusal.value.field == "refund_minor"
    assert fetch(subscription).status == SubscriptionStatus.ACTIVE


def test_a_refund_is_given_when_it_ends_and_not_before():
    subscription = subscribe()
    with pytest.raises(InvalidField) as refusal:
        end(subscription, timedelta(), prorated_refund=True, effective_on=START.date() + timedelta(days=1))
    assert refusal.value.field == "effective_on"
    end(subscription, timedelta(), prorated_refund=True, effective_on=START.date())
    assert refunds_of(subscription) == [(1000, ChargeStatus.SUCCESS)]


@pytest.mark.usefixtures("_patient")
def test_a_refund_that_the_sweep_has_taken_up_is_waited_for():
    subscription = subscribe()
    cancel_subscription(subscription.pk, actor="test", refund_minor=300)
    refund = subscription.charges.get(kind=ChargeKind.REFUND)
    is_claimed = threading.Event()

    def sweep():
        attempt = claim_charge(refund.pk)
        is_claimed.set()
        time.sleep(0.4)
        send_attempt(attempt)

    def ask():
        is_claimed.wait(10)
        collect_now(subscription.pk)
        return refunds_of(subscription)

    assert run_at_once(sweep, ask)[1] == [(300, ChargeStatus.SUCCESS)]
    assert_books_are_sound()


@pytest.mark.usefixtures("_patient")
def test_a_refund_whose_claim_is_not_committed_yet_is_waited_for_too():
    subscription = subscribe()
    cancel_subscription(subscription.pk, actor="test", refund_minor=300)
    refund = subscription.charges.get(kind=ChargeKind.REFUND)
    is_locked = threading.Event()

    def sweep():
        with transaction.atomic():
            Charge.objects.select_for_update(no_key=True).get(pk=refund.pk)
            is_locked.set()
            time.sleep(0.4)
        collect_charge(refund.pk)

    def ask():
        is_locked.wait(10)
        collect_now(subscription.pk)
        return refunds_of(subscription)

    assert run_at_once(sweep, ask)[1] == [(300, ChargeStatus.SUCCESS)]
    assert_books_are_sound()


def test_what_a_process_took_up_that_died_is_not_waited_for_for_long(monkeypatch):
    monkeypatch.setattr(collect, "PATIENCE", 0.3)
    subscription = subscribe()
    cancel_subscription(subscription.pk, actor="test", refund_minor=300)
    claim_charge(subscription.charges.get(kind=ChargeKind.REFUND).pk)
    collect_now(subscription.pk)
    assert refunds_of(subscription) == [(300, ChargeStatus.PROCESSED)]


def test_ending_again_refunds_nothing_more():
    subscription = subscribe()
    for _ in range(2):
        with clock.travel_to(START + timedelta(days=1)):
            cancel_subscription(subscription.pk, actor="test", refund_minor=300)
            collect_now(subscription.pk)
    assert refunds_of(subscription) == [(300, ChargeStatus.SUCCESS)]


def test_ending_twice_is_refused():
    subscription = subscribe()
    end(subscription, timedelta(days=1))
    with pytest.raises(WrongState):
        end(subscription, timedelta(days=2), refund_minor=10)
    assert refunds_of(subscription) == []


def test_a_payout_is_not_refundable_and_nothing_changes():
    subscription = subscribe(PlanFactory(kind="disbursement"))
    with pytest.raises(PayoutNotRefundable):
        end(subscription, timedelta(days=1), prorated_refund=True)
    assert fetch(subscription).status == SubscriptionStatus.ACTIVE
    assert end(subscription, timedelta(days=1)).status == SubscriptionStatus.CANCELLED


def test_a_refund_that_is_refused_is_tried_again_after_the_end():
    merchant = MerchantFactory(sealed_processor_key=seal_processor_key("working-processor-key"))
    subscription = subscribe(PlanFactory(merchant=merchant))
    use_processor_key(subscription, REVOKED_CREDENTIAL)
    end(subscription, timedelta(days=1), refund_minor=300)
    refund = subscription.charges.get(kind=ChargeKind.REFUND)
    assert (refund.status, refund.failure_count) == (ChargeStatus.PROCESSED, 1)
    assert refund.failure_message == "The processor key is not valid."
    use_processor_key(subscription, "working-processor-key")
    at(days=2)
    assert refunds_of(subscription) == [(300, ChargeStatus.SUCCESS)]
    assert_books_are_sound()


def test_two_who_end_it_at_once_refund_once():
    subscription = subscribe()

    def end_it() -> Subscription:
        return end(subscription, timedelta(days=1), refund_minor=600)

    results = run_at_once(end_it, end_it, end_it)
    assert sorted(type(result).__name__ for result in results) == [
        "Subscription",
        "WrongState",
        "WrongState",
    ]
    assert refunds_of(subscription) == [(600, ChargeStatus.SUCCESS)]
    assert_books_are_sound()


def test_the_database_refuses_refunds_beyond_the_charge():
    subscription = subscribe()
    (charge,) = charges_of(subscription)

    def refund() -> Charge:
        with clock.travel_to(START + timedelta(days=1)):
            return refund_charge(charge, amount_minor=600, due_at=START)

    results = run_at_once(refund, refund)
    assert [isinstance(result, IntegrityError) for result in results].count(True) == 1
    assert len(refunds_of(subscription)) == 1
