"""The time of a history: it stands until the scheduler moves it, and may jump."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from core import clock

BEGINS = datetime(2027, 1, 29, 12, tzinfo=UTC)


class SimulatedTime:
    """Everything of ours that asks for the time gets this one."""

    def __init__(self) -> None:
        self.now = BEGINS

    def move(self, by: timedelta) -> None:
        """Move it, forward or back."""
        self.now += by

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Let `core.clock` tell this time to all threads for a block, also as the default of a column."""
        with patch.object(clock, "read_wall_clock", lambda: self.now):
            yield
