"""When a delivery that failed is sent again. Pure rules; seconds."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from core.delays import find_delay

MINUTE, HOUR = 60, 3600
DELAYS = [5, 5 * MINUTE, 30 * MINUTE, *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24))]
LONGEST_WISH = 24 * HOUR
WARNED_AFTER = timedelta(days=1)
DISABLED_AFTER = timedelta(days=5)


def plan_retry(
    failures: int, *, wished: int = 0, draw: Callable[[float, float], float] = random.uniform
) -> timedelta | None:
    """Return how long to wait after so many failures, None when every try is used.

    `wished` is what the receiver asked for (Retry-After); it counts up to a day.
    """
    scheduled = find_delay(failures, DELAYS, draw=draw)
    return None if scheduled is None else max(scheduled, timedelta(seconds=min(wished, LONGEST_WISH)))


def read_retry_after(value: str | None, *, now: datetime) -> int:
    """Return how many seconds a Retry-After header asks for: a number or a date; 0 for anything else."""
    if not value:
        return 0
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    try:
        instant = parsedate_to_datetime(value)
        return max(0, round((instant - now).total_seconds()))
    except (ValueError, TypeError, OverflowError):  # No date, or one without a zone.
        return 0


def is_given_up(*, failing_since: datetime, now: datetime) -> bool:
    """Say whether an endpoint has failed for so long that nothing is sent to it any more."""
    return now - failing_since >= DISABLED_AFTER


def is_to_be_warned_of(*, failing_since: datetime, now: datetime) -> bool:
    """Say whether an endpoint has failed for so long that its seller is to know before it is switched off."""
    return now - failing_since >= WARNED_AFTER
