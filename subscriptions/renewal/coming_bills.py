"""List what renewal would bill up to an instant if every payment succeeds; nothing is written."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from core.money import Money
from subscriptions.models import Subscription
from subscriptions.renewal.seats import count_seats
from subscriptions.renewal.skips import SkippedPeriods, find_last_period, is_skipped, read_skips
from subscriptions.schedule import BeyondCalendar


def list_coming_bills(*, until: datetime) -> Iterator[tuple[str, Money]]:
    """Yield kind and cents of every period due at `until` (UTC) or before, with the seats of today."""
    subscriptions = Subscription.objects.due(until)
    counted = subscriptions.filter(per_account=True, buyer__isnull=False)
    seats = count_seats({pk for pk in counted.values_list("buyer_id", flat=True) if pk is not None})
    skips = read_skips(set(subscriptions.filter(bills_by_invoice=True).values_list("pk", flat=True)))
    for subscription in subscriptions.iterator():
        quantity = seats.get(subscription.buyer_id or 0, 0) if subscription.per_account else 1
        for _ in range(count_periods(subscription, until, skips.get(subscription.pk, []))):
            yield subscription.kind, Money(subscription.price_minor * quantity, subscription.currency)


def count_periods(subscription: Subscription, until: datetime, skips: Sequence[SkippedPeriods] = ()) -> int:
    """Return how many periods from the next one on are billed at `until` (UTC) or before."""
    count, period = 0, subscription.period
    last = find_last_period(subscription.length, skips)
    try:
        while (last is None or period <= last) and _is_due(subscription, period, until):
            count += not is_skipped(period, skips)
            period += 1
    except BeyondCalendar:
        return count
    return count


def _is_due(subscription: Subscription, period: int, until: datetime) -> bool:
    start, end = subscription.starts_of(period), subscription.cancel_at
    return start <= until and (end is None or start < end)
