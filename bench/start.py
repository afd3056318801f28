"""Starting: `manage.py run` on data that is there, its memory, and commands that need no database."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.cpu import find_descendants, read_cpu
from bench.harness import CouldNotMeasure, Options, Row, format_ms, say
from runner.postgres import CHECKOUT

NOT_COPIED = shutil.ignore_patterns(".*", "tests", "bench", "docs", "staticfiles")
# What this program has set for the benchmarks, and what would make `run` another one.
NOT_INHERITED = re.compile(
    "DATABASE_|DJANGO_|BENCH_|BILLING_|LOG_LEVEL|MAKELEVEL|SECRET_KEY|REDIS_URL|BASE_URL"
)
READY = "Ctrl-C stops everything"
PATIENCE = 600.0  # Seconds: the first start makes the demo.
SETTLED = 20.0  # Seconds after which every process has worked.
SECONDS, COMMAND_SECONDS, MEGABYTES = 3.0, 0.5, 500.0
COMMANDS = (["--help"], ["version"], ["describe_triggers"])
SIZES = re.compile(r"^(Rss|Pss): +(\d+) kB", re.MULTILINE)


class Start(NamedTuple):
    """Seconds until ready, by the clock and of CPU; megabytes, resident in each process and with shares."""

    seconds: float
    cpu: float
    resident: float
    shared: float


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    with copied_project() as project:
        say("  the first start, which makes the demo")
        with started(project):
            pass
        times = options.pick(3, 1)
        say(f"  {times} starts")
        found = [measure_start(project) for _ in range(times)]
        seconds = sorted(start.seconds for start in found)[times // 2]
        cpu = sorted(start.cpu for start in found)[times // 2]
        resident, shared = found[-1].resident, found[-1].shared
        return [
            Row("second start until it answers", f"{seconds:.1f} s", "3 s", seconds / SECONDS, at_most=1),
            Row("CPU of all its processes until then", f"{cpu:.1f} s", ""),
            Row(
                "memory of all processes, shared pages counted once (PSS)",
                f"{shared:,.0f} MB",
                "500 MB",
                shared / MEGABYTES,
                at_most=1,
            ),
            Row("the same, shared pages counted in each (RSS)", f"{resident:,.0f} MB", "500 MB"),
            *(measure_command(project, arguments, times=times) for arguments in COMMANDS),
        ]


@contextmanager
def copied_project() -> Iterator[Path]:
    """Copy the project, so that what runs in this checkout is left alone."""
    folder = Path(tempfile.mkdtemp(prefix="start-", dir="/tmp"))
    folder.chmod(0o755)  # The embedded server is another user's, where root runs it.
    try:
        yield Path(shutil.copytree(CHECKOUT, folder / folder.name, ignore=NOT_COPIED))
    finally:
        shutil.rmtree(folder)
        for room in Path("/var/lib/billing-site").glob(f"{folder.name}-*"):
            shutil.rmtree(room)


@contextmanager
def started(project: Path) -> Iterator[tuple[int, float]]:
    """Run the server for a block; give its process and the seconds until it was ready."""
    begin = time.monotonic()
    command = [sys.executable, "manage.py", "run"]
    with subprocess.Popen(
        command, cwd=project, env=clean_environment(), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            if server.stdout is None or not any(READY in line for line in server.stdout):
                raise CouldNotMeasure("the server did not start")
            yield server.pid, time.monotonic() - begin
        finally:
            server.terminate()
            server.communicate(timeout=60)


def measure_start(project: Path) -> Start:
    """Start once, and wait until every process has worked."""
    with started(project) as (pid, seconds):
        cpu = read_cpu([pid, *find_descendants(pid, command="")])
        time.sleep(SETTLED)
        resident, shared = read_memory([pid, *find_descendants(pid, command="")])
    return Start(seconds, cpu, resident, shared)


def read_memory(pids: list[int]) -> tuple[float, float]:
    """Return the megabytes of processes: the sum of what is resident, and of their shares of it."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in pids:
        for name, kilobytes in SIZES.findall(Path(f"/proc/{pid}/smaps_rollup").read_text()):
            sums[name] += int(kilobytes)
    return sums["Rss"] / 1024, sums["Pss"] / 1024


def measure_command(project: Path, arguments: list[str], *, times: int) -> Row:
    """Return how long a command takes, the quickest of some runs."""
    milliseconds = min(time_command(project, arguments) for _ in range(times + 1)) * 1000
    job = f"manage.py {' '.join(arguments)}"
    ratio = milliseconds / 1000 / COMMAND_SECONDS
    return Row(job, format_ms([milliseconds]), "0.5 s", ratio, at_most=1)


def time_command(project: Path, arguments: list[str]) -> float:
    """Return the seconds that a command takes."""
    begin = time.monotonic()
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=project, env=clean_environment(), stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begin


def clean_environment() -> dict[str, str]:
    """Return the environment of whoever types `make run`, with a port that is free."""
    kept = {name: value for name, value in os.environ.items() if not NOT_INHERITED.match(name)}
    with socket.create_server(("127.0.0.1", 0)) as server:
        return kept | {"PORT": str(server.getsockname()[1])}
