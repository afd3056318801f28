"""Subscriptions through the months: trials, seats, retries, freezing, starting anew, catching up."""

from datetime import timedelta

import pytest

from charges.collection.settle import settle_outcomes
from charges.errors import WrongState
from charges.models import Attempt
from core import clock
from gateway.movements import Answer, Verdict
from operations.factories import AccountFactory, SubscriptionFactory
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.models import SubscriptionStatus
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import renew_due
from tests.money import captures, seller_balance
from tests.subscriptions.stories import START, at, change_card, day, fetch, paid, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_payment_is_taken_at_activation_and_makes_it_active():
    subscription = SubscriptionFactory(activated=True, at=START)
    assert (subscription.status, subscription.next_charge_at) == (SubscriptionStatus.PROCESSED, None)
    at(START)
    subscription = fetch(subscription)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.current_charge_at == START
    assert subscription.next_charge_at == day("2027-02-28")
    assert paid(subscription) == [(0, "success")]
    assert seller_balance(subscription) == 1520


def test_each_month_is_paid_once_on_the_day_of_the_anchor():
    subscription = SubscriptionFactory(activated=True, at=START)
    for instant in ("2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"):
        for _ in range(3):
            at(day(instant))
    dates = list(subscription.charges.order_by("period").values_list("due_at", flat=True))
    assert dates == [day("2027-01-31"), day("2027-02-28"), day("2027-03-31"), day("2027-04-30")]
    assert len(captures()) == 4
    assert fetch(subscription).next_charge_at == day("2027-05-31")


def test_the_dates_stay_the_same_inside_a_period():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    before = fetch(subscription)
    at(days=20)
    after = fetch(subscription)
    assert (after.current_charge_at, after.next_charge_at) == (
        before.current_charge_at,
        before.next_charge_at,
    )


def test_a_trial_costs_nothing_and_then_the_first_period_is_paid():
    subscription = SubscriptionFactory(activated=True, at=START, trial_days=7)
    assert subscription.trial_ends_at == subscription.next_charge_at == START + timedelta(days=7)
    assert subscription.current_charge_at is None
    at(days=6)
    assert captures() == []
    at(days=7)
    subscription = fetch(subscription)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.current_charge_at == day("2027-02-07")
    assert subscription.next_charge_at == day("2027-03-07")


def test_seats_are_counted_at_each_charge_and_kept_on_it():
    subscription = SubscriptionFactory(activated=True, at=START, per_account=True)
    at(START)
    AccountFactory(organization=subscription.buyer)
    AccountFactory(organization=subscription.buyer)
    at(day("2027-02-28"))
    quantities = list(subscription.charges.order_by("period").values_list("quantity", "total_minor"))
    assert quantities == [(1, 1900), (3, 5700)]


def test_every_three_months_means_every_three_months():
    subscription = SubscriptionFactory(activated=True, at=START, interval=3)
    at(START)
    assert fetch(subscription).next_charge_at == day("2027-04-30")


@pytest.mark.slow
def test_a_declined_renewal_is_retried_after_1_3_5_and_7_days_and_then_frozen():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(subscription, "decline_soft")
    due = day("2027-02-28")
    at(due)
    assert fetch(subscription).status == SubscriptionStatus.PAST_DUE
    assert fetch(subscription).next_charge_at == due
    tries = []
    for hours in range(0, 9 * 24, 6):
        before = subscription.charges.get(period=1).attempts.count()
        at(due + timedelta(hours=hours))
        if subscription.charges.get(period=1).attempts.count() > before:
            tries.append(hours / 24)
    assert tries == [1, 3, 5, 7]
    assert fetch(subscription).status == SubscriptionStatus.FROZEN
    assert paid(subscription) == [(0, "success"), (1, "failed")]
    assert len(captures()) == 1


def test_a_retry_that_succeeds_brings_it_back_without_moving_its_dates():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(subscription, "decline_soft")
    at(day("2027-02-28"))
    change_card(subscription, "approve")
    at(day("2027-02-28") + timedelta(days=1))
    subscription = fetch(subscription)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.current_charge_at == day("2027-02-28")
    assert subscription.next_charge_at == day("2027-03-31")
    assert statuses(subscription)[-2:] == ["past_due", "active"]


def test_a_hard_decline_is_not_retried():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(subscription, "decline_hard")
    at(day("2027-02-28"))
    assert fetch(subscription).status == SubscriptionStatus.FROZEN
    at(day("2027-02-28") + timedelta(days=1))
    assert subscription.charges.get(period=1).attempts.count() == 1


def test_a_first_payment_that_cannot_be_collected_ends_in_frozen():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    assert fetch(subscription).status == SubscriptionStatus.PROCESSED
    for days in (1, 3, 5, 7):
        at(days=days)
    assert fetch(subscription).status == SubscriptionStatus.FROZEN


def test_activating_a_frozen_one_starts_it_anew_today():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_hard")
    at(START)
    assert fetch(subscription).status == SubscriptionStatus.FROZEN
    change_card(subscription, "approve")
    again = START + timedelta(days=20)
    with clock.travel_to(again):
        activate_subscription(subscription.pk, actor="test")
    at(again)
    subscription = fetch(subscription)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.current_charge_at == again
    assert paid(subscription) == [(0, "failed"), (1, "success")]
    at(day("2027-03-20"))
    assert paid(subscription)[-1] == (2, "success")


def test_a_cancelled_one_is_never_billed_again():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    cancel_subscription(subscription.pk, actor="test")
    at(day("2027-02-28"))
    assert len(captures()) == 1
    assert fetch(subscription).status == SubscriptionStatus.CANCELLED
    assert cancel_subscription(subscription.pk, actor="test").status == SubscriptionStatus.CANCELLED


def test_cancelling_gives_up_what_waits_for_a_retry():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    cancel_subscription(subscription.pk, actor="test")
    assert paid(subscription) == [(0, "failed")]
    at(days=1)
    assert subscription.charges.get().attempts.count() == 1


def test_a_pending_one_cannot_be_cancelled():
    subscription = SubscriptionFactory()
    with pytest.raises(WrongState):
        cancel_subscription(subscription.pk, actor="test")
    assert fetch(subscription).status == SubscriptionStatus.PENDING


def test_missed_periods_are_billed_one_after_the_other_in_order():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    at(day("2027-04-30"))
    assert paid(subscription) == [(n, "success") for n in range(4)]
    due = list(subscription.charges.order_by("created_at", "pk").values_list("due_at", flat=True))
    assert due == sorted(due)
    assert fetch(subscription).next_charge_at == day("2027-05-31")


def test_more_than_three_missed_periods_are_held_for_a_person():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    at(day("2027-05-31"))
    subscription = fetch(subscription)
    assert (subscription.due_at, len(captures())) == (None, 1)
    assert "missed" in subscription.held_reason


@pytest.mark.parametrize(
    ("currency", "price"), [("USD", "500,000.00 USD"), ("JPY", "50,000,000 JPY"), ("KWD", "50,000.000 KWD")]
)
def test_more_than_can_be_charged_at_once_is_held_for_a_person(settings, currency, price):
    settings.DEFAULT_CURRENCY = currency
    subscription = SubscriptionFactory(activated=True, at=START, price_minor=50_000_000, per_account=True)
    AccountFactory(organization=subscription.buyer)
    at(START)
    reason = f"2 accounts at {price} cannot be charged at once."
    assert fetch(subscription).held_reason == reason


def test_the_next_date_is_known_while_a_payment_is_under_way_and_not_while_it_is_retried():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    with clock.travel_to(day("2027-02-28")):
        claim_renewals(until=clock.now(), limit=1)
    assert fetch(subscription).due_at == day("2027-03-31")
    declined = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(declined, "decline_soft")
    at(day("2027-02-28"))
    assert fetch(declined).due_at is None


def test_a_period_waits_for_the_payment_of_the_one_before():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    with clock.travel_to(day("2027-02-28")):
        claim_renewals(until=clock.now(), limit=1)
    with clock.travel_to(day("2027-03-31")):
        assert [renew_due(), renew_due()] == [1, 0]
    assert (fetch(subscription).due_at, paid(subscription)) == (None, [(0, "success"), (1, "processed")])
    attempt = Attempt.objects.get(charge__subscription=subscription, charge__period=1)
    with clock.travel_to(day("2027-04-02")):
        settle_outcomes({attempt.pk: approval_of(attempt)})
    assert fetch(subscription).due_at == day("2027-03-31")
    at(day("2027-04-02"))
    assert paid(subscription) == [(0, "success"), (1, "success"), (2, "success")]


def approval_of(attempt: Attempt) -> Answer:
    return Answer(Verdict.APPROVED, key=attempt.key, reference="found-at-last", money=attempt.money)


def test_an_answer_that_never_came_is_resolved_and_extends_the_subscription():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(subscription, "timeout_after")
    due = day("2027-02-28")
    at(due)
    assert paid(subscription)[-1] == (1, "processed")
    at(due + timedelta(seconds=11))
    assert fetch(subscription).next_charge_at == day("2027-03-31")
    assert len(captures()) == 2


def test_a_test_subscription_touches_no_live_account():
    subscription = SubscriptionFactory(activated=True, at=START, test=True)
    at(START)
    assert seller_balance(subscription) == 1520
    subscription.test = False
    assert seller_balance(subscription) == 0
