"""Celery's workers and beat as forks of one process that has loaded all of it: they share its memory.

`python -m runner.workers <arguments of celery> -- <arguments of celery> ...`; when one ends, all end.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import FrameType

# What Celery imports only once it runs.
import billiard.popen_fork
import billiard.sharedctypes  # noqa: F401
import celery.app.amqp
import celery.app.control
import celery.app.events
import celery.app.log
import celery.app.routes
import celery.apps.beat
import celery.apps.worker
import celery.backends.base
import celery.concurrency.asynpool
import celery.concurrency.prefork
import celery.contrib.django.task
import celery.events.receiver
import celery.worker.autoscale
import celery.worker.components
import celery.worker.consumer.delayed_delivery
import celery.worker.strategy  # noqa: F401
import kombu.transport.virtual  # noqa: F401
from celery.app.utils import find_app
from celery.bin.celery import main as run_celery

APART = "--"
PROJECT = "billing_site"
ASKING = {signal.SIGTERM}


class Family:
    """Processes that end together."""

    def __init__(self) -> None:
        self._running: dict[int, str] = {}
        self._is_asked = False

    def add(self, arguments: list[str]) -> None:
        """Fork a process that becomes this command of celery; it does not come back."""
        if pid := os.fork():
            self._running[pid] = " ".join(arguments)
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        sys.argv = ["celery", *arguments]
        sys.exit(run_celery())

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask each to end, once: Celery takes a second request for "drop the task"."""
        if not self._is_asked:
            self._is_asked = True
            for pid in self._running:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)

    def wait(self) -> int:
        """Wait until all have ended, and return 1 if one did that though nobody asked."""
        ended_early = 0
        while self._running:
            pid, status = os.wait()
            name = self._running.pop(pid)
            if not self._is_asked:
                ended_early = 1
                sys.stderr.write(f"celery {name} ended, exit {os.waitstatus_to_exitcode(status)}\n")
            self.stop()
        return ended_early


def main(arguments: Sequence[str]) -> int:
    """Load everything, fork a process for each command line, and wait."""
    gc.disable()  # What is loaded stays: there is no garbage to look for.
    find_app(PROJECT).loader.import_default_modules()
    load_parser_of_c()
    # A collection would write to the pages that are shared. Before, it would leave free memory between the
    # objects, and each process that fills it copies the page.
    gc.freeze()
    gc.enable()
    family = Family()
    signal.signal(signal.SIGTERM, family.stop)
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)  # Who comes later would not be asked.
    for each in split(arguments):
        family.add(each)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
    return family.wait()


def load_parser_of_c() -> None:
    """Load what each process of a pool would load to be told of the end of its parent, where it is there."""
    with suppress(ImportError):
        import cffi.cparser  # noqa: F401


def split(arguments: Sequence[str]) -> Iterator[list[str]]:
    """Yield the command lines between the marks."""
    command: list[str] = []
    for word in [*arguments, APART]:
        if word != APART:
            command.append(word)
            continue
        yield command
        command = []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
