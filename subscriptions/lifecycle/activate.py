"""Starting a subscription that its buyer accepted."""

from django.db import transaction

from subscriptions.history import change_status
from subscriptions.locking import lock_subscription
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus
from subscriptions.tasks import renew


@transaction.atomic
def activate_subscription(subscription_id: int, *, actor: str) -> Subscription:
    """Start an accepted subscription, or a frozen one anew, and return it; a running one stays as it is.

    The hint to the workers is sent after commit and may be lost: the sweep finds the row.
    Raises SubscriptionNotFound, WrongState.
    """
    subscription = lock_subscription(subscription_id)
    if subscription.status in RUNNING:
        return subscription
    frozen = subscription.status == SubscriptionStatus.FROZEN
    move = subscription.reactivate if frozen else subscription.activate
    change_status(subscription, move, actor=actor)
    transaction.on_commit(lambda: renew.delay(), robust=True)
    return subscription
