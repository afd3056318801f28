"""Days whose trees are closed: what was posted before `clock.now()`, and the clock on the next morning."""

from datetime import UTC, datetime, timedelta

from core import clock
from ledger.day_trees.close import advance_tree
from ledger.models import DayTree

FIRST = datetime(2026, 11, 10, 12, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def close_day_of(instant: datetime) -> DayTree:
    """Close the tree of a day, on the morning after it."""
    with clock.travel_to(morning_after(instant)):
        for _ in range(20):
            if not advance_tree():
                break
    return DayTree.objects.get(day=instant.date())


def morning_after(instant: datetime) -> datetime:
    return instant.replace(hour=1) + ONE_DAY
