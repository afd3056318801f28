"""Programs that run together end together, with all their children."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runner.checkouts import PROJECT, becomes_true, command_line

pytestmark = pytest.mark.slow

WITH_CHILDREN = "sleep 300 & sleep 300 & wait"
DEAF = "trap '' TERM; sleep 300 & sleep 300"


class Supervised:
    """A running supervisor and the process groups of its programs."""

    def __init__(self, *programs: str, patience: float = 15) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.runner.supervised", str(patience), *programs],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = [self.process.stdout.readline() for _ in programs]
        self.groups = [int(line.rpartition("|")[2]) for line in self.lines]

    def end(self) -> tuple[str, str]:
        """What it wrote until its end."""
        return self.process.communicate(timeout=20)

    def nobody_is_left(self) -> bool:
        """Whether no process remains in any of the groups."""
        return not any(group_is_there(group) for group in self.groups)


def group_is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_programs_and_their_children(number):
    supervised = Supervised(f"web={WITH_CHILDREN}", f"worker={WITH_CHILDREN}")
    began = time.monotonic()
    supervised.process.send_signal(number)
    out, _ = supervised.end()
    assert supervised.process.returncode == 0
    assert out.endswith("stopped\n")
    assert becomes_true(supervised.nobody_is_left, within=2)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("command", "manner"), [("exit 3", "with exit status 3"), ("kill -KILL $$", "by SIGKILL")]
)
def test_when_one_program_ends_the_others_stop_and_it_is_named(command, manner):
    supervised = Supervised(f"web={WITH_CHILDREN}", f"beat=sleep 300 & sleep 0.5; {command}")
    _, errors = supervised.end()
    assert supervised.process.returncode == 1
    assert errors == f"error: beat ended {manner}\n"
    assert becomes_true(supervised.nobody_is_left, within=2)


def test_when_the_supervisor_is_killed_with_kill_9_nobody_is_left():
    supervised = Supervised(f"web={WITH_CHILDREN}", f"worker={DEAF}", patience=1)
    supervised.process.kill()
    supervised.end()
    assert becomes_true(supervised.nobody_is_left, within=5)


def test_a_program_that_does_not_listen_is_killed_when_patience_ends():
    supervised = Supervised(f"worker={DEAF}", patience=0.5)
    began = time.monotonic()
    supervised.process.terminate()
    supervised.end()
    assert becomes_true(supervised.nobody_is_left, within=2)
    assert time.monotonic() - began >= 0.5


def test_a_program_is_asked_only_once_and_may_finish_its_work():
    supervised = Supervised(
        "worker=trap 'echo asked; sleep 0.7; echo done; exit' TERM; while :; do sleep 0.1; done"
    )
    supervised.process.terminate()
    supervised.process.terminate()
    out, _ = supervised.end()
    assert out.splitlines() == ["worker | asked", "worker | done", "stopped"]


def test_when_the_guard_is_killed_everything_stops():
    supervised = Supervised(f"web={WITH_CHILDREN}")
    number = supervised.process.pid
    children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    guard = next(int(child) for child in children if "guard.py" in command_line(int(child)))
    os.kill(guard, signal.SIGKILL)
    _, errors = supervised.end()
    assert errors == "error: the guard ended by SIGKILL\n"
    assert becomes_true(supervised.nobody_is_left, within=2)
