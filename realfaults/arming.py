"""Kill a program at a failpoint, and move its clock, as the environment says; only the tool's settings do so.

The code of production asks no environment: it calls `failpoint`, which does nothing unless somebody listens.
"""

import os
import signal
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from core import clock
from core.failpoints import interrupting

KILL_AT, KILL_ALL, CLOCK_SHIFT = "REAL_FAULTS_KILL_AT", "REAL_FAULTS_KILL_ALL", "REAL_FAULTS_CLOCK_SHIFT"
_armed = ExitStack()  # Held for as long as the process lives.


def arm(environment: Mapping[str, str], folder: Path) -> None:
    """Prepare this process and those that it forks.

    KILL_AT lists failpoints; whoever comes first to one of them is killed there, once in a run of the tool.
    With KILL_ALL the whole program dies, with the process that it was started as.
    """
    points = frozenset(environment.get(KILL_AT, "").split())
    kills_all = environment.get(KILL_ALL) == "1"
    fired = folder / "fired"

    def die(name: str) -> None:
        if name in points and _is_first(fired / name):
            if kills_all:
                os.killpg(0, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

    if points:
        fired.mkdir(exist_ok=True)
        _armed.enter_context(interrupting(die))
    if shift := float(environment.get(CLOCK_SHIFT) or 0):
        shift_clock(timedelta(seconds=shift))


def kill_at(points: Collection[str], *, kills_all: bool) -> dict[str, str]:
    """Return the variables of programs that are to be killed at failpoints."""
    return {KILL_AT: " ".join(points), KILL_ALL: "1" if kills_all else ""}


def shift_clock(shift: timedelta) -> None:
    """Let the one clock of this process be ahead of the machine's."""

    class Shifted(datetime):
        """Tells another time."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            """Return what the clock will say later."""
            return datetime.now(tz) + shift  # noqa: TID251 - this is the clock of the tool

    clock.datetime = Shifted  # type: ignore[misc]


def _is_first(marker: Path) -> bool:
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True
