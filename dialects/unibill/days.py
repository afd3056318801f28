"""Days as UniBill's clients mean them: UTC, and both ends belong to a range."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any


def begin_day(day: date) -> datetime:
    """Return the first instant of a day."""
    return datetime.combine(day, time(), UTC)


def end_day(day: date) -> datetime:
    """Return the first instant after a day."""
    return begin_day(day) + timedelta(days=1)


def filter_by_creation(first: date | None, last: date | None) -> dict[str, Any]:
    """Return the conditions for what was created on these days and between them."""
    conditions: dict[str, Any] = {}
    if first:
        conditions["created_at__gte"] = begin_day(first)
    if last:
        conditions["created_at__lt"] = end_day(last)
    return conditions
