"""Days whose trees are closed: what was posted before `clock.now()`, and the clock on the next morning."""

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

from core import clock
from ledger.day_trees.close import advance_tree
from ledger.models import DayTree

FIRST = datetime(2026, 11, 10, 12, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
# Seconds. A tree waits for all transactions of the server, also for those of PostgreSQL's own ANALYZE.
LONGEST_WAIT = 20.0


def close_day_of(instant: datetime) -> DayTree:
    """Close the tree of a day, on the morning after it."""
    count_steps_to_close(instant)
    return DayTree.objects.get(day=instant.date())


def count_steps_to_close(instant: datetime) -> int:
    """Close the tree of a day on the morning after it, and return how often something was done for it."""
    tree = DayTree.objects.filter(day=instant.date(), closed_at__isnull=False)
    end, steps = monotonic() + LONGEST_WAIT, 0
    while not tree.exists():
        assert monotonic() < end, f"the tree of {instant.date()} is open still"
        if advance_tree_after(instant):
            steps += 1
        else:
            sleep(0.01)
    return steps


def advance_tree_after(instant: datetime) -> bool:
    """Do one step on the morning after a day, and say whether another may follow."""
    with clock.travel_to(morning_after(instant)):
        return advance_tree()


def morning_after(instant: datetime) -> datetime:
    return instant.replace(hour=1) + ONE_DAY
