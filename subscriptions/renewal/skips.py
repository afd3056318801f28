"""Periods that are left out: which they are, and what that does to a subscription of so many periods."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from subscriptions.models import AdjustmentKind, SubscriptionAdjustment


class SkippedPeriods(NamedTuple):
    """Periods that are not billed, by number."""

    first_period: int
    length: int

    def covers(self, period: int) -> bool:
        """Say whether a period is left out."""
        return self.first_period <= period < self.first_period + self.length


def read_skips(subscription_ids: Collection[int]) -> dict[int, list[SkippedPeriods]]:
    """Return the freezes of these subscriptions, in the order of their periods."""
    freezes: dict[int, list[SkippedPeriods]] = defaultdict(list)
    if subscription_ids:
        found = SubscriptionAdjustment.objects.filter(
            subscription__in=subscription_ids, kind=AdjustmentKind.SKIP
        ).order_by("first_period")
        for pk, first, length in found.values_list("subscription_id", "first_period", "length"):
            freezes[pk].append(SkippedPeriods(first or 0, length or 0))
    return freezes


def is_skipped(period: int, freezes: Sequence[SkippedPeriods]) -> bool:
    """Say whether a period is left out."""
    return any(freeze.covers(period) for freeze in freezes)


def find_last_period(length: int | None, freezes: Sequence[SkippedPeriods]) -> int | None:
    """Return the number of the last period of a subscription of so many billed ones; None without an end.

    What is left out is made up for at the end.
    """
    if length is None:
        return None
    last = length - 1
    for freeze in freezes:
        if freeze.first_period <= last:
            last += freeze.length
    return last


def find_next_billed(period: int, freezes: Sequence[SkippedPeriods]) -> int:
    """Return the number of the first period from this one on that is not left out."""
    while is_skipped(period, freezes):
        period += 1
    return period
