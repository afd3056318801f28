"""The queue between web and workers, which loses, repeats and reorders messages."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from celery import Task

from simulator.faults import Fault, Faults

Message = Callable[[], object]


class Messages:
    """Messages that were published and not delivered."""

    def __init__(self, draw: random.Random, faults: Faults) -> None:
        self.waiting: list[Message] = []
        self._draw, self._faults = draw, faults

    @contextmanager
    def taking_over(self) -> Iterator[None]:
        """Keep for a block what tasks publish."""

        def publish(task: Task, args: tuple[Any, ...] = (), kwargs: Any = None, **_: Any) -> None:
            self._publish(lambda: task.run(*(args or ()), **(kwargs or {})))

        with patch.object(Task, "apply_async", publish):
            yield

    def take(self) -> Message | None:
        """Take some message off the queue, not always the first."""
        if not self.waiting:
            return None
        place = self._draw.randrange(len(self.waiting))
        if place:
            self._faults.happened[Fault.MESSAGE_LATE] += 1
        return self.waiting.pop(place)

    def _publish(self, message: Message) -> None:
        if self._faults.happens(Fault.MESSAGE_LOST, chance=0.3):
            return
        copies = 2 if self._faults.happens(Fault.MESSAGE_TWICE, chance=0.3) else 1
        self.waiting += [message] * copies
