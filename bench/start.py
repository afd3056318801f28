"""Starting: `manage.py run` on data that is there, its memory, and commands that need no database."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.cpu import find_descendants, read_cpu, read_cpu_of_ended
from bench.harness import CouldNotMeasure, Options, Row, format_ms, say
from runner.postgres import CHECKOUT

NOT_COPIED = shutil.ignore_patterns(".*", "tests", "bench", "staticfiles")
# What this program has set for the benchmarks, and what would make `run` another one. `make` keeps what was
# compiled, too.
NOT_INHERITED = re.compile(
    "DATABASE_|DJANGO_|BENCH_|BILLING_|LOG_LEVEL|MAKELEVEL|SECRET_KEY|REDIS_URL|BASE_URL|PYTHONDONTWRITEBYTECODE"
)
READY = "Ctrl-C stops everything"
LINK = re.compile(r"https?://\S+")
PATIENCE = 600.0  # Seconds: the first start makes the demo.
SETTLED = 20.0  # Seconds after which every process has worked.
SECONDS, COMMAND_SECONDS, MEGABYTES = 3.0, 0.5, 500.0
COMMANDS = (["--help"], ["version"], ["describe_triggers"])
SIZES = re.compile(r"^(Rss|Pss): +(\d+) kB", re.MULTILINE)


class Start(NamedTuple):
    """Seconds until ready, by the clock and of CPU; megabytes, resident in each process and with shares.

    `opened` are the seconds until each link that was printed has answered, one after the other.
    """

    seconds: float
    opened: float
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
        opened = sorted(start.opened for start in found)[times // 2]
        cpu = sorted(start.cpu for start in found)[times // 2]
        resident, shared = found[-1].resident, found[-1].shared
        return [
            Row("second start until it answers", f"{seconds:.1f} s", "3 s", seconds / SECONDS, at_most=1),
            Row("the same, and each printed page was opened", f"{opened:.1f} s", ""),
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


class Started(NamedTuple):
    """A server that runs: its process, the seconds until it was ready, and the links that it printed."""

    pid: int
    seconds: float
    links: list[str]


@contextmanager
def started(project: Path) -> Iterator[Started]:
    """Run the server for a block, from the moment when it said that it is ready."""
    begin = time.monotonic()
    command = [sys.executable, "manage.py", "run"]
    with subprocess.Popen(
        command, cwd=project, env=clean_environment(), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            said = ""
            while READY not in said:
                if server.stdout is None or not (line := server.stdout.readline()):
                    raise CouldNotMeasure("the server did not start")
                said += line
            yield Started(server.pid, time.monotonic() - begin, find_pages(said))
        finally:
            server.terminate()
            server.communicate(timeout=60)


def find_pages(said: str) -> list[str]:
    """Return the links to pages; others are parts of commands, with a token beside them."""
    return [link for line in said.splitlines() if "curl" not in line for link in LINK.findall(line)]


def measure_start(project: Path) -> Start:
    """Start once, open each page that was printed, and wait until every process has worked."""
    begin = time.monotonic()
    with started(project) as server:
        running = [server.pid, *find_descendants(server.pid, command="")]
        cpu = read_cpu(running) + read_cpu_of_ended(running)
        for link in server.links:
            open_page(link)
        opened = time.monotonic() - begin
        time.sleep(SETTLED)
        resident, shared = read_memory([server.pid, *find_descendants(server.pid, command="")])
    return Start(server.seconds, opened, cpu, resident, shared)


def open_page(link: str) -> None:
    """Fetch a page, and where it leads. Raises CouldNotMeasure unless it answers."""
    try:
        with urllib.request.urlopen(link, timeout=60):
            pass
    except OSError as exc:
        raise CouldNotMeasure(f"{link} was printed and does not answer: {exc}") from exc


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
