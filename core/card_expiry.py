"""When cards expire: with the end of their month, in UTC."""

from datetime import datetime


def has_passed(year: int | None, month: int | None, *, at: datetime) -> bool:
    """Say whether a month is over at an instant (UTC); what has no month never expires."""
    return year is not None and month is not None and (year, month) < (at.year, at.month)
