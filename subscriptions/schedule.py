"""The schedule of a subscription: occurrence n is a pure function of its anchor and n.

It is never computed from the occurrence before, so a subscription started on the 31st comes back to the
31st after February. All instants are UTC and keep the anchor's time of day.
"""

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache


class Frequency(StrEnum):
    """The unit in which a schedule counts."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


DAYS: dict[str, int] = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
MONTHS: dict[str, int] = {Frequency.MONTHLY: 1, Frequency.YEARLY: 12}


class BeyondCalendar(ValueError):
    """The occurrence lies after the year 9999."""


@lru_cache(maxsize=5_000)  # Each renewal asks for the same one three times.
def occurrence(anchor: datetime, number: int, frequency: str, interval: int) -> datetime:
    """Return occurrence `number` (0 is the anchor itself) in UTC, clamped to the end of its month.

    Raises BeyondCalendar, and ValueError for an interval below 1.
    """
    if interval < 1:
        raise ValueError("the interval must be at least 1")
    steps = number * interval
    try:
        if frequency in DAYS:
            return anchor + timedelta(days=steps * DAYS[frequency])
        return _add_months(anchor, steps * MONTHS[frequency])
    except (OverflowError, ValueError) as exc:
        raise BeyondCalendar(str(exc)) from exc


def _add_months(anchor: datetime, months: int) -> datetime:
    years, month = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month + 1
    if year > 9999:
        raise ValueError("year is out of range")
    day = anchor.day if anchor.day <= 28 else min(anchor.day, monthrange(year, month)[1])
    return anchor.replace(year=year, month=month, day=day)
