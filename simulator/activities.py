"""What an actor is at: a piece of real code in a thread, which stops at failpoints and may die there.

One activity runs at a time. It goes on until it ends or a failpoint pauses it outside of transactions, so
nobody waits for the locks of one that is paused.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar, copy_context
from queue import Queue

from django.db import Error, connections

from simulator.connections import cut_connection

PATIENCE_SECONDS = 60.0

_current: ContextVar["Activity | None"] = ContextVar("activity", default=None)


class Killed(BaseException):
    """The process of this activity is dead; no handler of exceptions may act any more."""


class Stuck(RuntimeError):
    """An activity neither ended nor paused: it waits for something that nobody will do."""


class Activity:
    """Real code in a thread, run piece by piece."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self.name = name
        self.failure: BaseException | None = None
        self.is_dead = False
        self.has_ended = False
        self._work = work
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)

    def go_on(self) -> None:
        """Run it until its next pause or its end. Raises Stuck."""
        self._go.release()
        if not self._stopped.acquire(timeout=PATIENCE_SECONDS):
            raise Stuck(self.name)

    def pause(self) -> None:
        """Stop here, in the thread of the activity, until it is let go on."""
        self._stopped.release()
        self._go.acquire()
        self.check()

    def die(self) -> None:
        """End as a killed process does: its connection is gone before any handler acts. Raises Killed."""
        self.is_dead = True
        cut_connection()
        raise Killed

    def check(self) -> None:
        """Raise Killed in a thread of an activity that is dead."""
        if self.is_dead:
            cut_connection()
            raise Killed

    def run(self) -> None:
        """Do the work, in the thread that was chosen for it."""
        self._go.acquire()
        _current.set(self)
        try:
            self._work()
        except BaseException as failure:
            self.failure = failure
        _close_broken_connection()
        self.has_ended = True


class Crew:
    """Threads that work on activities and keep their connections, as processes do."""

    def __init__(self) -> None:
        self._idle: list[Queue[Activity | None]] = []
        self._all: list[Queue[Activity | None]] = []

    def begin(self, name: str, work: Callable[[], object]) -> Activity:
        """Give work to a thread that has none."""
        activity = Activity(name, work)
        (self._idle.pop() if self._idle else self._hire()).put(activity)
        return activity

    def dismiss(self) -> None:
        """End all threads."""
        for todo in self._all:
            todo.put(None)

    def _hire(self) -> "Queue[Activity | None]":
        todo: Queue[Activity | None] = Queue()
        self._all.append(todo)
        threading.Thread(target=self._work_off, args=[todo], daemon=True).start()
        return todo

    def _work_off(self, todo: "Queue[Activity | None]") -> None:
        while (activity := todo.get()) is not None:
            copy_context().run(activity.run)
            self._idle.append(todo)
            activity._stopped.release()
        connections.close_all()


def find_current() -> Activity | None:
    """Return the activity that this thread belongs to."""
    return _current.get()


def _close_broken_connection() -> None:
    """Leave nothing open behind an activity that was cut off, so that the thread connects anew."""
    with suppress(Error):
        connections["default"].close_if_unusable_or_obsolete()
