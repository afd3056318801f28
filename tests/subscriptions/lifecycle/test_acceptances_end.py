"""The acceptance of a subscription ends like that of a charge; what runs does not ask for it again."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from charges.errors import AcceptanceLapsed, ChargeNotFound, ConsentNotYours, WrongState
from core import clock
from customers.errors import BillingRoleMissing
from operations.factories import ApplicationFactory, CallerFactory, SubscriptionFactory
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.consent import withdraw_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from tests.card_entry import decide_as
from tests.money import captures, run_at_once
from tests.subscriptions.stories import START, at, change_card, fetch, paid, statuses

pytestmark = pytest.mark.django_db


def withdraw(subscription) -> Subscription:
    return withdraw_subscription(subscription.pk, decider=decide_as(subscription.buyer_account))


def test_it_can_be_activated_until_the_last_moment_and_not_after_it():
    in_time, late = (SubscriptionFactory(accepted=True, at=START) for _ in range(2))
    with clock.travel_to(START + timedelta(days=30)):
        assert activate_subscription(in_time.pk, actor="app").status == SubscriptionStatus.PROCESSED
    with clock.travel_to(late.holds_until + timedelta(microseconds=1)), pytest.raises(AcceptanceLapsed):
        activate_subscription(late.pk, actor="app")
    assert fetch(late).status == SubscriptionStatus.ACCEPTED
    assert fetch(late).due_at is None


@pytest.mark.parametrize("activated_at", [None, START + timedelta(days=31)])
def test_the_database_starts_nothing_after_the_acceptance(activated_at):
    subscription = SubscriptionFactory(accepted=True, at=START)
    with pytest.raises(IntegrityError, match="held until"), transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(status="processed", activated_at=activated_at)


@pytest.mark.django_db(transaction=True)
def test_renewals_retries_and_starting_anew_do_not_ask_for_it_again():
    subscription = SubscriptionFactory(activated=True, at=START)
    at()
    at(days=45)
    assert [status for _, status in paid(subscription)] == ["success", "success"]
    change_card(subscription, "decline_hard")
    at(days=60)
    assert fetch(subscription).status == SubscriptionStatus.FROZEN
    change_card(subscription, "approve")
    with clock.travel_to(START + timedelta(days=200)):
        activate_subscription(subscription.pk, actor="app")
    at(days=200)
    assert fetch(subscription).status == SubscriptionStatus.ACTIVE


def test_withdrawing_declines_it_once():
    subscription = SubscriptionFactory(accepted=True)
    for _ in range(2):
        assert withdraw(subscription).status == SubscriptionStatus.DECLINED
    assert statuses(subscription) == ["accepted", "declined"]
    with pytest.raises(WrongState, match="declined"):
        activate_subscription(subscription.pk, actor="app")
    assert fetch(subscription).acceptance.terms_hash == subscription.terms_hash


@pytest.mark.parametrize("stage", ["pending", "activated"])
def test_only_what_is_accepted_and_not_activated_can_be_withdrawn(stage):
    with pytest.raises(WrongState):
        withdraw(SubscriptionFactory(stage=stage))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"organization_id": 0}, ChargeNotFound),
        ({"first_party": False}, ConsentNotYours),
        ({"has_billing_role": False}, BillingRoleMissing),
    ],
)
def test_nobody_but_the_buyer_with_the_billing_role_withdraws_it(wrong, refusal):
    subscription = SubscriptionFactory(accepted=True)
    decider = replace(decide_as(subscription.buyer_account), **wrong)
    with pytest.raises(refusal):
        withdraw_subscription(subscription.pk, decider=decider)
    assert fetch(subscription).status == SubscriptionStatus.ACCEPTED


@pytest.mark.parametrize("trial_days", [0, 14])
def test_where_the_app_says_so_accepting_starts_it_and_activating_later_changes_nothing(trial_days):
    caller = CallerFactory(application=ApplicationFactory(starts_when_accepted=True))
    subscription = SubscriptionFactory(caller=caller, accepted=True, trial_days=trial_days)
    assert statuses(subscription) == ["accepted", "processed"]
    assert subscription.due_at == subscription.activated_at + timedelta(days=trial_days)
    activate_subscription(subscription.pk, actor="app")
    assert statuses(subscription) == ["accepted", "processed"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_withdrawing_against_activating_has_one_winner_and_charges_accordingly():
    for _ in range(8):
        subscription, before = SubscriptionFactory(accepted=True), len(captures())
        results = run_at_once(
            partial(withdraw, subscription),
            partial(activate_subscription, subscription.pk, actor="app"),
        )
        assert sum(isinstance(result, WrongState) for result in results) == 1
        at(clock.now())
        has_started = fetch(subscription).status == SubscriptionStatus.ACTIVE
        assert len(captures()) - before == has_started
        assert has_started or fetch(subscription).status == SubscriptionStatus.DECLINED
