"""Throw-away checkouts that hold only the embedded database's code, and processes that use them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from runner.postgres.places import Places

PROJECT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from runner import postgres
with postgres.running():
    print("ready", flush=True)
    sys.stdin.read()
"""


class Checkout:
    """A folder with a copy of `runner/postgres`, as if somebody had cloned the project there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        site = path / "runner"
        shutil.copytree(
            PROJECT / "runner/postgres", site / "postgres", ignore=shutil.ignore_patterns("__pycache__")
        )
        (site / "__init__.py").touch()

    def take_data_of(self, other: "Checkout") -> None:
        """Copy the data of one whose server has ended: to make them takes longer than most tests."""
        subprocess.run(["cp", "-a", str(other.path / ".data"), str(self.path)], check=True)

    def hold(self, before: str = "", **options) -> subprocess.Popen[str]:
        """Start a process that uses the database until its input is closed."""
        return subprocess.Popen(
            [sys.executable, "-c", before + HOLD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self._options(options),
        )

    def ask(self, code: str) -> subprocess.Popen[str]:
        """Start a piece of Python in the checkout whose answer is read later."""
        return subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, **self._options({})
        )

    def python(self, code: str, **options) -> subprocess.CompletedProcess[str]:
        """Run a piece of Python in the checkout."""
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, **self._options(options)
        )

    def sql(self, statement: str) -> str:
        """The first value of a statement's answer."""
        address = {"host": str(Places(self.path, "postgres").socket), "port": "5432"}
        with psycopg.connect(**address, user="billing", dbname="billing") as connection:
            answer = connection.execute(statement)
            return str(answer.fetchone()[0]) if answer.description else ""

    def servers(self) -> set[int]:
        """The processes of PostgreSQL (they work in its data folder) and the keeper."""
        return {int(process.name) for process in Path("/proc").glob("[0-9]*") if self._is_ours(process)}

    def keeper(self) -> int:
        """The keeper's process number."""
        return next(number for number in self.servers() if "keeper.py" in command_line(number))

    def postmaster(self) -> int:
        """The server's main process."""
        return next(n for n in self.servers() if " -D " in command_line(n) and n != self.keeper())

    def _is_ours(self, process: Path) -> bool:
        try:
            words = command_line(int(process.name))
            is_server = (process / "exe").readlink().name == "postgres"
            works_in_data = is_server and self.path.name in str((process / "cwd").readlink())
        except OSError:
            return False
        return works_in_data or f"{self.path}/runner/postgres/keeper.py" in words

    def _options(self, options: dict) -> dict:
        names = ("DATABASE_URL", "BILLING_TEST")
        env = {name: value for name, value in os.environ.items() if name not in names}
        env |= {"PYTHONPATH": str(self.path), "PYTHONDONTWRITEBYTECODE": "1"} | options.pop("env", {})
        return {"cwd": self.path, "env": env} | options


def command_line(number: int) -> str:
    """A process's command line with spaces between its words; nothing of one that has just ended."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace")


def becomes_true(condition: Callable[[], bool], *, within: float = 10.0) -> bool:
    """Whether the condition holds within so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def wait_ready(holder: subprocess.Popen[str]) -> None:
    """Wait until the process says that its database runs."""
    answer = holder.stdout.readline()
    assert answer == "ready\n", holder.stderr.read()


def release(holder: subprocess.Popen[str]) -> None:
    """Let the process end in its own way and see that it did."""
    _, errors = holder.communicate(timeout=30)
    assert holder.returncode == 0, errors


def kill(holder: subprocess.Popen[str]) -> None:
    """End the process as `kill -9` does."""
    holder.kill()
    holder.communicate(timeout=10)
