"""The one clock. Everything that asks for the time asks here, so time can be rehearsed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_rehearsed: ContextVar[datetime | None] = ContextVar("rehearsed", default=None)
_owner: ContextVar[int | None] = ContextVar("owner", default=None)


def now() -> datetime:
    """Return the instant in UTC: the rehearsed one inside `travel_to`, else the wall clock's."""
    return _rehearsed.get() or read_wall_clock()


def read_wall_clock() -> datetime:
    """Return the instant of this machine's clock in UTC; the simulator puts its own time here."""
    return datetime.now(UTC)


def is_rehearsed() -> bool:
    """Say whether the clock stands somewhere instead of running."""
    return _rehearsed.get() is not None


def find_owner() -> int | None:
    """Return whose clock this is, by the key of a test buyer that has its own; None for everybody's."""
    return _owner.get()


@contextmanager
def travel_to(instant: datetime, *, owner: int | None = None) -> Iterator[None]:
    """Let `now()` answer `instant`, kept as UTC, for the block. Raises ValueError for a naive one.

    With an `owner` it is the clock of this test buyer alone, also where the block travels on within it.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    rehearsed = _rehearsed.set(instant.astimezone(UTC))
    owned = _owner.set(_owner.get() if owner is None else owner)
    try:
        yield
    finally:
        _owner.reset(owned)
        _rehearsed.reset(rehearsed)
