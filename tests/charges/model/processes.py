"""Processes of the real code that stop at each call of the gateway, until a test lets them go on."""

import queue
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from django.db import connections

from core import clock
from tests.charges.model.scripted import SECONDS, Call, Killed


class Process(threading.Thread):
    """A thread that is always in a call of the gateway, or has ended; time passes for it only in there."""

    def __init__(self, work: Callable[[], object], at: datetime) -> None:
        super().__init__(daemon=True)
        self._work, self._instant = work, at
        self._stops: queue.Queue[Call | None] = queue.Queue()
        self._clock = ExitStack()
        self.error: Exception | None = None
        self.start()
        self.call = self._stops.get(timeout=SECONDS)

    def run(self) -> None:
        try:
            with self._clock:
                self._clock.enter_context(clock.travel_to(self._instant))
                self._work()
        except Killed:
            pass
        except Exception as exc:
            self.error = exc
        finally:
            connections.close_all()
            self._stops.put(None)

    def wait_in(self, call: Call) -> object:
        """Stop in a call; returns what it is told."""
        self._stops.put(call)
        assert call.released.wait(SECONDS), "the test has forgotten this process"
        self._clock.enter_context(clock.travel_to(self._instant))
        return call.told

    def tell(self, told: object, at: datetime) -> None:
        """Let it go on at this instant with an answer or an error, up to the next call or the end."""
        assert self.call is not None, "the process has ended"
        self.call.told, self._instant = told, at
        self.call.released.set()
        self.call = self._stops.get(timeout=SECONDS)
        if self.error is not None:
            raise self.error

    @property
    def waits_in(self) -> str:
        """The name of the call, empty after the end."""
        return self.call.name if self.call else ""
