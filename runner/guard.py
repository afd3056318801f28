"""Ends process groups whose starter has gone, however it went.

A program of its own (`python -I -S guard.py`): it reads the numbers of process groups from its standard
input until that is closed, which the kernel does when the starter dies, and then ends each group still there.
A number below zero takes one back: that group has ended.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable

PATIENCE = 15.0  # Seconds between the polite request and the kill.


def main(lines: Iterable[str], patience: float = PATIENCE) -> None:
    """Learn the groups, wait for the end of input, end them."""
    groups: list[int] = []
    for number in map(int, lines):
        if number > 0:
            groups.append(number)
        else:
            groups.remove(-number)
    end_groups(groups, patience=patience)


def end_groups(groups: list[int], *, patience: float, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Ask the leader of each group to end; once it has, or after `patience` seconds, kill what is left.

    `meanwhile` is called again and again, for a caller who has to collect its children.
    """
    for group in groups:
        # One SIGTERM, to the leader only: Celery takes a second one, or one to its pool, for "drop the task".
        _send(os.kill, group, signal.SIGTERM)
    deadline = time.monotonic() + patience
    left = list(groups)
    while left:
        meanwhile()
        late = time.monotonic() > deadline
        for group in [group for group in left if late or not _send(os.kill, group, 0)]:
            _send(os.killpg, group, signal.SIGKILL)
            left.remove(group)
        time.sleep(0.05)


def _send(send: Callable[[int, int], None], target: int, number: int) -> bool:
    """Send a signal; says whether there was somebody to get it."""
    with contextlib.suppress(ProcessLookupError):
        send(target, number)
        return True
    return False


if __name__ == "__main__":
    main(sys.stdin, *map(float, sys.argv[1:]))
