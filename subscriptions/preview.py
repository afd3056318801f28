"""What renewal would bill up to an instant, if every payment succeeds; nothing is written."""

from collections.abc import Iterator
from datetime import datetime

from core.money import Money
from subscriptions.bills import count_accounts
from subscriptions.models import Subscription
from subscriptions.schedule import BeyondCalendar


def preview_renewals(*, until: datetime) -> Iterator[Money]:
    """Yield the amount (cents) of every period due at `until` (UTC) or before, with the seats of today."""
    subscriptions = Subscription.objects.due(until)
    counted = subscriptions.filter(per_account=True, buyer__isnull=False)
    seats = count_accounts({pk for pk in counted.values_list("buyer_id", flat=True) if pk is not None})
    for subscription in subscriptions.iterator():
        quantity = seats.get(subscription.buyer_id or 0, 0) if subscription.per_account else 1
        for _ in range(count_periods(subscription, until)):
            yield Money(subscription.price_minor * quantity, subscription.currency)


def count_periods(subscription: Subscription, until: datetime) -> int:
    """Return how many periods from the next one on begin at `until` (UTC) or before."""
    count = 0
    try:
        while subscription.starts_of(subscription.period + count) <= until:
            count += 1
    except BeyondCalendar:
        return count
    return count
