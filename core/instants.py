"""Reading instants that people and programs write: ISO 8601 with a zone."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime

from core import clock
from core.errors import InvalidField

EXAMPLE = "2026-11-29T08:00:00Z"
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)  # In the year 1 a time zone leads out of the calendar.


def read_instant(text: str) -> datetime:
    """Return the instant in UTC. Raises ValueError for anything else, also without a zone."""
    try:
        instant = parse_datetime(text)
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except OverflowError:
        pass
    raise ValueError("not an instant")


def read_past_instant(text: str, *, name: str = "as_of") -> datetime:
    """Return an instant in UTC that is not still to come; `name` is the parameter. Raises InvalidField."""
    try:
        instant = read_instant(text)
    except ValueError:
        raise InvalidField(name, f"must be an instant with its zone, such as {EXAMPLE}") from None
    return check_past(instant, name=name)


def check_past(instant: datetime, *, name: str = "as_of") -> datetime:
    """Return an instant that is not still to come, nor before all computers. Raises InvalidField."""
    if instant < EARLIEST:
        raise InvalidField(name, f"must not be before {EARLIEST:%Y}")
    if instant > clock.now():
        raise InvalidField(name, "must not be in the future")
    return instant
