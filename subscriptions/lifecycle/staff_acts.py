"""Staff acts on subscriptions; each has a reason and leaves a history row."""

from django.db import transaction

from core import clock
from subscriptions.errors import NothingHeld, NothingToRetry
from subscriptions.history import record_act
from subscriptions.lifecycle.payment_option import bring_forward
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription
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
