"""Staff acts on subscriptions; each has a reason and leaves a history row."""

from django.db import transaction

from charges.errors import WrongState
from core import clock
from subscriptions.errors import HeldAlready, NothingHeld, NothingLeftToHold, NothingToRetry
from subscriptions.history import Hold, hold_subscriptions, record_act
from subscriptions.lifecycle.payment_option import bring_forward
from subscriptions.locking import lock_subscription
from subscriptions.models import RUNNING, Subscription
from subscriptions.renewal.skips import find_last_period, read_skips
from subscriptions.tasks import renew


@transaction.atomic
def retry_now(subscription_id: int, *, actor: str, reason: str) -> Subscription:
    """Try the open payment of a subscription at once; the planned retries stay as they were.

    Raises SubscriptionNotFound, NothingToRetry.
    """
    subscription = lock_subscription(subscription_id)
    if not bring_forward(subscription):
        raise NothingToRetry
    record_act(subscription, actor=actor, reason=f"Retried: {reason}"[:255])
    return subscription


@transaction.atomic
def hold_subscription(subscription_id: int, *, actor: str, reason: str) -> Subscription:
    """Bill no further period of a running subscription until staff release it.

    A payment that is being tried goes on. Raises SubscriptionNotFound, WrongState, HeldAlready,
    NothingLeftToHold.
    """
    subscription = lock_subscription(subscription_id)
    if subscription.status not in RUNNING:
        raise WrongState(subscription.status)
    if subscription.held_at is not None:
        raise HeldAlready
    if not has_more_periods(subscription):
        raise NothingLeftToHold
    hold = Hold(subscription.pk, subscription.status, reason)
    hold_subscriptions([hold], actor=actor, at=clock.now())
    subscription.refresh_from_db()
    return subscription


def has_more_periods(subscription: Subscription) -> bool:
    """Say whether a further period may be billed: of an agreed number the last one may be billed already."""
    if subscription.due_at is not None or subscription.length is None:
        return True
    # While a payment is retried nothing is due, though periods may be left.
    skips = read_skips([subscription.pk]).get(subscription.pk, [])
    last = find_last_period(subscription.length, skips)
    return last is None or subscription.period <= last


@transaction.atomic
def release_hold(subscription_id: int, *, actor: str, reason: str) -> Subscription:
    """Let a held subscription be billed for the periods missed until now, one after the other.

    Raises SubscriptionNotFound, NothingHeld.
    """
    subscription = lock_subscription(subscription_id)
    if subscription.held_at is None:
        raise NothingHeld
    subscription.released_through = clock.now()
    subscription.held_at, subscription.held_reason = None, ""
    subscription.due_at = subscription.starts_of(subscription.period)
    subscription.save(update_fields=["released_through", "held_at", "held_reason", "due_at"])
    record_act(subscription, actor=actor, reason=f"Released: {reason}"[:255])
    transaction.on_commit(lambda: renew.delay(), robust=True)
    return subscription
