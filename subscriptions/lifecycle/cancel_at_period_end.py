"""Ending a subscription with the time that is paid for, and taking that back until then."""

from datetime import datetime

from django.db import transaction

from charges.consent import Decider
from charges.errors import WrongState
from core import clock
from subscriptions.errors import EndMoved
from subscriptions.history import change_end
from subscriptions.lifecycle.cancel import authorise_canceller, record_end
from subscriptions.lifecycle.limits import check_note
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.models.labels import ENDING
from subscriptions.schedule import BeyondCalendar

# While a payment is tried again, and once it has failed, no time is paid for.
PAID = (SubscriptionStatus.PROCESSED, SubscriptionStatus.ACTIVE)


def find_paid_end(subscription: Subscription) -> datetime | None:
    """Return when (UTC) the time ends that is paid for, free, or being paid for; None if none lies ahead.

    It is the instant at which the first period begins that is not billed yet.
    """
    if subscription.status not in PAID or subscription.anchor_at is None:
        return None
    try:
        ends_at = subscription.starts_of(subscription.period)
    except BeyondCalendar:
        return None
    return ends_at if ends_at > clock.now() else None


@transaction.atomic
def cancel_at_period_end(
    subscription_id: int, *, actor: str | Decider, ends_at: datetime, reason: str = ""
) -> Subscription:
    """Let a subscription end with the time that is paid for, at `ends_at` (UTC), and return it.

    Until then it stays as it is, and `keep_subscription` takes this back. `ends_at` is what the actor was
    told; if a renewal was faster, the paid time ends later, and nothing is cancelled. Asking again changes
    nothing. Raises SubscriptionNotFound, BillingRoleMissing, WrongState, EndMoved, InvalidField.
    """
    subscription = lock_subscription(subscription_id)
    actor = authorise_canceller(subscription, actor)
    if subscription.status not in ENDING:
        raise WrongState(subscription.status)
    if subscription.cancel_at == ends_at:
        return subscription
    if find_paid_end(subscription) != ends_at:
        raise EndMoved
    record_end(subscription, ends_at.date(), check_note("reason", reason))
    change_end(subscription, ends_at, actor=actor, reason=reason)
    return subscription


@transaction.atomic
def keep_subscription(subscription_id: int, *, actor: str | Decider, reason: str = "") -> Subscription:
    """Let a subscription go on that was to end, and return it; one that was not stays as it is.

    Raises SubscriptionNotFound, BillingRoleMissing, and WrongState once its end has come.
    """
    subscription = lock_subscription(subscription_id)
    actor = authorise_canceller(subscription, actor)
    ends_at = subscription.cancel_at
    if subscription.status not in ENDING or (ends_at is not None and ends_at <= clock.now()):
        raise WrongState(subscription.status)
    if ends_at is not None:
        change_end(subscription, None, actor=actor, reason=check_note("reason", reason) or "Kept")
    return subscription
