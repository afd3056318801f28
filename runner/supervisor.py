"""Keeps a few programs running together: all of them or none."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import IO, Self, TextIO

from runner import guard

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProgramEnded(Exception):
    """One of the programs ended though nobody asked it to; the message says which and how."""


class Supervisor:
    """A `with` block around programs that end with it.

    Inside the block SIGINT, SIGTERM and SIGHUP end `wait`, with `follow_parent` also the end of the process
    that started us; leaving the block stops the programs. Each is the leader of a process group of its own,
    and a guard process ends those groups should this process be killed.
    """

    def __init__(
        self, out: TextIO | None = None, *, patience: float = guard.PATIENCE, follow_parent: bool = False
    ) -> None:
        self._out = out or sys.stdout
        self._patience = patience
        self._programs: dict[str, subprocess.Popen[str]] = {}
        self._finishing: dict[str, subprocess.Popen[str]] = {}
        self._relays: list[threading.Thread] = []
        self._asked_to_stop = False
        self._parent = os.getppid() if follow_parent else None

    def __enter__(self) -> Self:
        self._previous = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, str(self._patience)],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Of a program that ended there may still be children, in its group.
        groups = [program.pid for program in self._everyone()]
        guard.end_groups(groups, patience=self._patience, meanwhile=self._collect)
        for relay in self._relays:
            relay.join(timeout=1)
        self._guard.communicate()  # Closes its input; it finds nothing left to end.
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def start(self, name: str, command: list[str], env: dict[str, str] | None = None) -> None:
        """Start a program; its output goes to ours, each line under its name. Raises OSError."""
        program = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self._programs[name] = program
        self._tell_guard(program.pid)
        relay = threading.Thread(target=self._relay, args=(name, program.stdout), daemon=True)
        relay.start()
        self._relays.append(relay)

    def finish(self, name: str, command: list[str]) -> bool:
        """Run a program to its end, writing where we do; say whether we shall go on. Raises ProgramEnded.

        A program that fails has said why.
        """
        # In a session of its own: of a background process some terminals take no output.
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True, start_new_session=True)
        self._finishing[name] = program
        self._tell_guard(program.pid)
        if not self.wait(until=lambda: program.poll() is not None):
            return False
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)  # What it has left behind.
        self._tell_guard(-program.pid)  # The number may become another's.
        if (status := self._finishing.pop(name).returncode) != 0:
            raise ProgramEnded(f"{name} ended {_manner(status)}")
        return True

    def wait(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Wait until the condition holds (True) or we shall stop (False). Raises ProgramEnded."""
        while not self._asked_to_stop and self._parent in (None, os.getppid()):
            self._check()
            if until():
                return True
            time.sleep(0.05)
        return False

    def _check(self) -> None:
        for name, program in [*self._programs.items(), ("the guard", self._guard)]:
            if (status := program.poll()) is not None:
                raise ProgramEnded(f"{name} ended {_manner(status)}")

    def _collect(self) -> None:
        for program in self._everyone():
            program.poll()

    def _everyone(self) -> list[subprocess.Popen[str]]:
        return [*self._programs.values(), *self._finishing.values()]

    def _tell_guard(self, group: int) -> None:
        print(group, file=self._guard.stdin, flush=True)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _relay(self, name: str, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                with contextlib.suppress(
                    OSError
                ):  # Nobody reads us any more; the program must not block on that.
                    self._out.write(f"{name:<6} | {line}")
                    self._out.flush()


def _manner(status: int) -> str:
    return f"with exit status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
