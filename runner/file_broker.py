"""Kombu's transport over files, with messages that appear whole.

Its own opens a file where others see it and writes it afterwards; a worker that takes it in between reads
nothing and ends (kombu 5.7, `transport/filesystem.py`).
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes a message under a name that nobody looks for, then gives it the one that they do."""

    def _put(  # type: ignore[override]  # The two classes above name the message differently.
        self, queue: Any, payload: Any, **kwargs: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        unfinished = folder / f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}"
        unfinished.write_text(dumps(payload))
        unfinished.rename(unfinished.with_name(f"{unfinished.name}.{queue}.msg"))

    def _queue_bind(self, *args: Any) -> None:
        """Note who listens, one after the other: a file that is made twice forgets the first."""
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "binding.lock").open("wb") as guard:
            filesystem.lock(guard, filesystem.LOCK_EX)
            super()._queue_bind(*args)

    def get_table(self, exchange: str) -> list[Any]:
        """Return who listens; nobody does while the file is being written for the first time."""
        try:
            return list(super().get_table(exchange))
        except ValueError:
            return []


class Transport(filesystem.Transport):
    """The transport of the demo and of small installations without Redis."""

    Channel = Channel
