"""Periods that are skipped by wish, and what that does to a subscription of a fixed length."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from subscriptions.models import AdjustmentKind, SubscriptionAdjustment


class SkippedPeriods(NamedTuple):
    """Periods that are not billed, by number."""

    first_period: int
    length: int

    def covers(self, period: int) -> bool:
        """Say whether a period is skipped."""
        return self.first_period <= period < self.first_period + self.length


def read_skips(subscription_ids: Collection[int]) -> dict[int, list[SkippedPeriods]]:
    """Return the skips of these subscriptions, in the order of their periods."""
    skips: dict[int, list[SkippedPeriods]] = defaultdict(list)
    if subscription_ids:
        found = SubscriptionAdjustment.objects.filter(
            subscription__in=subscription_ids, kind=AdjustmentKind.SKIP
        ).order_by("first_period")
        for pk, first, length in found.values_list("subscription_id", "first_period", "length"):
            skips[pk].append(SkippedPeriods(first or 0, length or 0))
    return skips


def is_skipped(period: int, skips: Sequence[SkippedPeriods]) -> bool:
    """Say whether a period is skipped."""
    return any(skip.covers(period) for skip in skips)


def find_last_period(length: int | None, skips: Sequence[SkippedPeriods]) -> int | None:
    """Return the number of the last period of a subscription of so many billed ones; None without an end.

    What is skipped is made up for at the end.
    """
    if length is None:
        return None
    last = length - 1
    for skip in skips:
        if skip.first_period <= last:
            last += skip.length
    return last


def find_next_billed(period: int, skips: Sequence[SkippedPeriods]) -> int:
    """Return the number of the first period from this one on that is not skipped."""
    while is_skipped(period, skips):
        period += 1
    return period


def find_later_billed(period: int, billings: int, skips: Sequence[SkippedPeriods]) -> int:
    """Return the number of the period that is billed so many billings after the first from this one on."""
    if not skips:
        return period + billings
    period = find_next_billed(period, skips)
    for _ in range(billings):
        period = find_next_billed(period + 1, skips)
    return period
