"""CPU time of processes, our own and others', from /proc (Linux)."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.db import connection

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
OTHER_BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def read_cpu(pids: Iterable[int]) -> float:
    """Return the seconds of CPU, user and system, that living processes have used. Raises OSError."""
    return sum(_fields(pid)[11] + _fields(pid)[12] for pid in pids) / TICKS_PER_SECOND


def read_cpu_of_ended(pids: Iterable[int]) -> float:
    """Return the seconds of CPU of processes that have ended, started by these. Raises OSError."""
    return sum(_fields(pid)[13] + _fields(pid)[14] for pid in pids) / TICKS_PER_SECOND


def find_descendants(root: int, *, command: str) -> list[int]:
    """Return the processes below `root` whose command line contains `command`."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = _fields(int(folder.name))[1]
            except OSError:  # It has just ended.
                continue
    below = {root}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return [pid for pid in below - {root} if command in Path(f"/proc/{pid}/cmdline").read_text()]


def find_other_backends() -> list[int]:
    """Return the pids of the server processes that serve the other connections to this database."""
    with connection.cursor() as cursor:
        cursor.execute(OTHER_BACKENDS)
        return [pid for (pid,) in cursor.fetchall()]


def own_backend() -> int:
    """Return the pid of the server process that serves this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    return int(pid)


def _fields(pid: int) -> list[int]:
    """Return the numbers after the state: [1] is the parent (shifted by one), [11] utime, [12] stime.

    [13] and [14] are those of the children that have ended.
    """
    text = Path(f"/proc/{pid}/stat").read_text()
    return [0, *map(int, text.rpartition(")")[2].split()[1:])]
