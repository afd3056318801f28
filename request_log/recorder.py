"""Take entries from requests without making them wait; a thread writes them in portions."""

import atexit
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog
from django.db import connection
from prometheus_client import Counter

from request_log.entries import Entry
from request_log.write import write_entries

MOST_WAITING = 10_000
AT_ONCE = 1_000
GATHER_SECONDS = 1.0
IDLE_SECONDS = 60.0  # After so long without requests the thread gives its connection back.
STRANGERS_PER_SECOND = 20

DROPPED = Counter("request_log_dropped", "Requests that are missing in the request log.", ["reason"])
log = structlog.get_logger(__name__)


class Recorder:
    """Keeps the entries of this process until they are written, and drops what is too much.

    Nothing that goes wrong here reaches the request: what cannot be kept is counted by its reason.
    """

    def __init__(self, write: Callable[[Sequence[Entry]], None] = write_entries) -> None:
        self._write = write
        self._waiting: deque[Entry] = deque()
        self._come, self._enough = threading.Event(), threading.Event()
        self._flushing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._strangers = (0, 0)  # The second (monotonic), and how many strangers came in it.

    def add(self, entry: Entry, *, is_stranger: bool = False) -> None:
        """Keep an entry to be written; of strangers, who cost nothing to send, only some a second."""
        if is_stranger and self._count_stranger() > STRANGERS_PER_SECOND:
            DROPPED.labels("strangers").inc()
        elif len(self._waiting) >= MOST_WAITING:
            DROPPED.labels("full").inc()
        else:
            self._waiting.append(entry)
            self._wake()

    def flush(self) -> None:
        """Write what waits. Entries that the database does not take are dropped."""
        with self._flushing:
            while portion := self._take():
                try:
                    self._write(portion)
                except Exception:
                    DROPPED.labels("database").inc(len(portion))
                    log.warning("requests are missing in the request log", count=len(portion), exc_info=True)

    def _take(self) -> list[Entry]:
        return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _count_stranger(self) -> int:
        second, count = self._strangers
        now = int(time.monotonic())
        self._strangers = (now, count + 1 if now == second else 1)
        return self._strangers[1]

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._start()
        if not self._come.is_set():
            self._come.set()
        if len(self._waiting) >= AT_ONCE:
            self._enough.set()

    def _start(self) -> None:
        """Start the thread, at the first request of a process, after it was forked."""
        self._thread = threading.Thread(target=self._run, name="request-log", daemon=True)
        self._thread.start()
        atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            while not self._come.wait(IDLE_SECONDS):
                connection.close()
            self._enough.wait(GATHER_SECONDS)
            self._come.clear()
            self._enough.clear()
            connection.close_if_unusable_or_obsolete()
            self.flush()


RECORDER = Recorder()
