"""Web servers that can serve the application: ours, gunicorn's own workers, and granian.

Granian comes from PyPI into a virtual environment of its own (`.data/bench-servers`), made once.
"""

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import find_descendants
from bench.harness import say
from bench.load import HOST, find_free_port, patiently
from billing_site.gathering_worker import MAX_HEAD, SECONDS
from runner import programs

PLACE = Path(__file__).resolve().parent.parent / ".data" / "bench-servers"
NEEDED = "granian==2.8.9"
OURS = "ours"
SERVERS = (OURS, "gthread", "sync", "granian")
THREADS = 8  # The default of WEB_THREADS.
WORKERS = 2


@dataclass(frozen=True, slots=True)
class WebServer:
    """One that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def pids(self) -> list[int]:
        """Its first process and all below it."""
        return [self.process.pid, *find_descendants(self.process.pid, command="")]

    def ends_within(self, seconds: float) -> bool:
        """Wait for its end; say whether it came."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def running(name: str) -> Iterator[WebServer]:
    """Run one on a free port for a block; its log lies beside granian. Raises CouldNotMeasure."""
    port = find_free_port()
    log = PLACE / f"{name}.log"
    with tempfile.TemporaryDirectory(prefix="bench-metrics-") as folder, log.open("ab") as output:
        # Gunicorn's configuration chooses another folder for its counts.
        own = {"LOG_LEVEL": "INFO", "PROMETHEUS_MULTIPROC_DIR": folder}
        process = subprocess.Popen(
            write_command(name, port),
            env=programs.environment() | own,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
        try:
            answers = patiently(port)
            while not answers():
                time.sleep(0.1)
            yield WebServer(name, port, process)
        finally:
            end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a server: some do not stop while a client says nothing."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def write_command(name: str, port: int) -> list[str]:
    """Return the command line; all but granian read our configuration of gunicorn."""
    gunicorn = programs.web(HOST, port, workers=WORKERS)
    if name == "gthread":
        return [*gunicorn, "--worker-class", "gthread"]
    if name == "sync":
        return [*gunicorn, "--worker-class", "sync", "--threads", "1"]
    if name == "granian":
        return [
            *(str(PLACE / "bin" / "granian"), "billing_site.wsgi:application", "--interface", "wsgi"),
            *("--host", HOST, "--port", str(port), "--http", "1", "--no-ws", "--log-level", "warning"),
            *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
            # The limits of ours, as far as it has them.
            *("--http1-header-read-timeout", str(SECONDS * 1000), "--http1-buffer-size", str(MAX_HEAD)),
            *("--workers-kill-timeout", "10"),
        ]
    return gunicorn


def install_granian() -> None:
    """Make the environment: granian in it, and a path to the packages of the project."""
    if not (PLACE / "installed").exists():
        say("  installing granian")
        venv.create(PLACE, with_pip=True, clear=True)
        python = PLACE / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", NEEDED], check=True, stdout=sys.stderr)
        found = sysconfig.get_path("purelib", vars={"base": str(PLACE)})
        (Path(found) / "project.pth").write_text(sysconfig.get_path("purelib"))
        (PLACE / "installed").touch()
