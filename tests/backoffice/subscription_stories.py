"""Subscriptions that staff have to do something about."""

from datetime import timedelta

from operations.factories import SubscriptionFactory
from subscriptions.models import Subscription
from tests.subscriptions.stories import START, at, fetch

REASON = {"reason": "The buyer called."}


def let_one_fail() -> Subscription:
    """Its first payment was declined and waits for a retry."""
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    return fetch(subscription)


def have_one_held() -> Subscription:
    """Paid once, then nobody was there for four months."""
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    at(START + timedelta(days=130))
    return fetch(subscription)


def path(subscription: Subscription, act: str = "change") -> str:
    return f"/admin/subscriptions/subscription/{subscription.pk}/{act}/"
