"""The time of a history: it stands until the scheduler moves it, and may jump."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from core import clock

BEGINS = datetime(2027, 1, 29, 12, tzinfo=UTC)
# Of what it has been before. I-20 and I-27 take more than a quarter of an hour for a breach.
FURTHEST_BACK = timedelta(minutes=10)


class SimulatedTime:
    """Everything of ours that asks for the time gets this one."""

    def __init__(self) -> None:
        self.now = self._furthest = BEGINS

    def move(self, by: timedelta) -> None:
        """Move it forward."""
        self.now += by
        self._furthest = max(self._furthest, self.now)

    def set_back(self, by: timedelta) -> None:
        """Set it back, but not further than clocks of machines may differ."""
        self.now = max(self.now - by, self._furthest - FURTHEST_BACK)

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Let `core.clock` tell this time to all threads for a block, also as the default of a column."""
        with patch.object(clock, "read_wall_clock", lambda: self.now):
            yield
