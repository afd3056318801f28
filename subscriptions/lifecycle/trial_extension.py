"""Letting a trial end later than agreed, which is in the buyer's favour and needs no new consent."""

from datetime import datetime, timedelta

from django.db import transaction

from core import clock
from core.errors import InvalidField
from subscriptions.errors import NoTrialToExtend
from subscriptions.history import extend_schedule
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription, SubscriptionStatus

LONGEST = timedelta(days=366)  # From now.


def is_on_trial(subscription: Subscription) -> bool:
    """Say whether nothing was billed yet and the trial goes on, and does not end the subscription."""
    ends_at = subscription.trial_ends_at
    return (
        subscription.status == SubscriptionStatus.PROCESSED
        and subscription.cancel_at is None
        and subscription.period == subscription.anchor_period
        and ends_at is not None
        and ends_at == subscription.anchor_at
        and ends_at > clock.now()
    )


@transaction.atomic
def extend_trial(subscription_id: int, *, actor: str, reason: str, ends_at: datetime) -> Subscription:
    """Let the trial of a subscription end at `ends_at` (UTC), later than so far, and return it.

    The first payment follows then, and all others count from there. The terms that the buyer agreed to stay
    as they are; its people are mailed. Raises SubscriptionNotFound, NoTrialToExtend, InvalidField.
    """
    subscription = lock_subscription(subscription_id)
    if not is_on_trial(subscription):
        raise NoTrialToExtend
    _check_end(subscription, ends_at)
    extend_schedule(subscription, ends_at, actor=actor, reason=f"Trial extended: {reason}"[:255])
    return subscription


def _check_end(subscription: Subscription, ends_at: datetime) -> None:
    if subscription.trial_ends_at is None or ends_at <= subscription.trial_ends_at:
        raise InvalidField("ends_at", "must be later than the trial ends now")
    if ends_at > clock.now() + LONGEST:
        raise InvalidField("ends_at", f"must not be more than {LONGEST.days} days from now")
