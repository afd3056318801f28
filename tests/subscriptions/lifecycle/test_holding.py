"""Staff hold a subscription: nothing further is billed until they release it."""

from datetime import timedelta
from functools import partial

import pytest

from charges.errors import WrongState
from core import clock
from operations.factories import SubscriptionFactory
from subscriptions.errors import HeldAlready, NothingLeftToHold
from subscriptions.lifecycle.hold_and_retry import has_more_periods, hold_subscription, release_hold
from subscriptions.models import Subscription
from tests.money import run_at_once
from tests.subscriptions.stories import START, at, fetch, paid

WHO = {"actor": "staff:anna", "reason": "A dispute about the price."}
LATER = START + timedelta(days=40)


def hold(subscription, now=START + timedelta(days=3)):
    with clock.travel_to(now):
        return hold_subscription(subscription.pk, **WHO)


@pytest.mark.django_db
def test_nothing_is_billed_until_it_is_released():
    subscription = SubscriptionFactory(active=True, at=START)
    held = hold(subscription)
    assert (held.status, held.due_at, held.held_reason) == ("active", None, WHO["reason"])
    at(LATER)
    assert paid(subscription) == [(0, "success")]
    with clock.travel_to(LATER):
        release_hold(subscription.pk, **WHO)
    at(LATER)
    assert paid(subscription) == [(0, "success"), (1, "success")]
    assert subscription.history.filter(actor="staff:anna").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_is_tried_goes_on_and_makes_nothing_due():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_timeout_after")
    at(START)
    hold(subscription, START + timedelta(seconds=5))
    at(hours=1)
    assert paid(subscription) == [(0, "success")]
    found = fetch(subscription)
    assert (found.status, found.due_at) == ("active", None)
    assert found.held_at is not None


@pytest.mark.django_db
def test_only_what_runs_and_goes_on_is_held_once():
    held, offer = SubscriptionFactory(active=True, at=START), SubscriptionFactory(at=START)
    hold(held)
    for subscription, refusal in ((held, HeldAlready), (offer, WrongState)):
        with pytest.raises(refusal):
            hold(subscription)
    last = SubscriptionFactory(active=True, at=START)
    Subscription.objects.filter(pk=last.pk).update(length=1, due_at=None)
    with pytest.raises(NothingLeftToHold):
        hold(last)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("length", "goes_on"), [(1, False), (2, True), (None, True)])
def test_while_a_payment_is_retried_it_is_held_if_periods_are_left(length, goes_on):
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    Subscription.objects.filter(pk=subscription.pk).update(length=length)
    at(START)
    behind = fetch(subscription)
    assert (behind.due_at, has_more_periods(behind)) == (None, goes_on)
    if goes_on:
        assert hold(subscription).held_at is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_holds_it():
    subscription = SubscriptionFactory(active=True, at=START)
    results = run_at_once(*[partial(hold, subscription)] * 4)
    assert sum(isinstance(each, HeldAlready) for each in results) == 3
    assert subscription.history.filter(reason__startswith="Held").count() == 1
