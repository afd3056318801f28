"""The one clock. Everything that asks for the time asks here, so time can be rehearsed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_rehearsed: ContextVar[datetime | None] = ContextVar("rehearsed", default=None)


def now() -> datetime:
    """Return the instant in UTC: the rehearsed one inside `travel_to`, else the wall clock's."""
    return _rehearsed.get() or datetime.now(UTC)


def is_rehearsed() -> bool:
    """Say whether the clock stands somewhere instead of running."""
    return _rehearsed.get() is not None


@contextmanager
def travel_to(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant`, kept as UTC, for the block. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _rehearsed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _rehearsed.reset(token)
