"""Instants as Billy's clients write and read them: UTC, ISO 8601, without a time zone when we write them.

Reading keeps the habits of the parser that Billy used: an offset without a colon and anything else behind
a complete time are not looked at.
"""

import re
from datetime import UTC, datetime, time, timedelta

INSTANT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-]\d\d:\d\d)?", re.ASCII
)


class NotAnInstant(ValueError):
    """The message says why a text is not an instant."""


def read_instant(text: str) -> datetime:
    """Return the instant in UTC. Raises NotAnInstant."""
    match = INSTANT.match(text)
    if match is None:
        raise NotAnInstant(f"Invalid ISO8601 datetime {text}")
    *parts, fraction, offset = match.groups()
    year, month, day, hour, minute, second = map(int, parts)
    microsecond = int(f"{fraction or 0:0<6}"[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
    except ValueError as error:
        raise NotAnInstant(str(error)) from None
    try:
        return local - _read_offset(offset)
    except (OverflowError, ValueError):
        raise NotAnInstant(f"Invalid ISO8601 datetime {text}") from None


def render_instant(instant: datetime) -> str:
    """Return an instant in UTC without a zone; a fraction of zero is left out."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat()


def explain_past(instant: datetime) -> str:
    """Return Billy's words for an instant (UTC) that is over."""
    return f"Datetime {instant.replace(tzinfo=None)} in the past is not allowed"


def _read_offset(text: str | None) -> timedelta:
    """Return an offset from UTC. Raises ValueError for one that is no time of a day."""
    if text is None:
        return timedelta()
    clock_time = time.fromisoformat(text[1:])
    offset = timedelta(hours=clock_time.hour, minutes=clock_time.minute)
    return -offset if text[0] == "-" else offset
