"""Locking subscriptions for change."""

from collections.abc import Collection

from subscriptions.errors import SubscriptionNotFound
from subscriptions.models import Subscription


def lock_subscription(subscription_id: int) -> Subscription:
    """Return a subscription locked for change. Raises SubscriptionNotFound."""
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True).for_display()
    subscription = rows.filter(pk=subscription_id).first()
    if subscription is None:
        raise SubscriptionNotFound
    return subscription


def lock_subscriptions(ids: Collection[int | None]) -> None:
    """Lock subscriptions in the order of their ids; a charge that belongs to none has None."""
    known = {pk for pk in ids if pk is not None}
    list(Subscription.objects.filter(pk__in=known).order_by("pk").select_for_update(no_key=True))
