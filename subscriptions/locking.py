"""Locking a subscription for change."""

from subscriptions.errors import SubscriptionNotFound
from subscriptions.models import Subscription


def lock_subscription(subscription_id: int) -> Subscription:
    """Return a subscription locked for change. Raises SubscriptionNotFound."""
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True).for_display()
    subscription = rows.filter(pk=subscription_id).first()
    if subscription is None:
        raise SubscriptionNotFound
    return subscription
