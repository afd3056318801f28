"""The programs of the server as the README's production section starts them, and ways to end them."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from realfaults.ports import HERE, Place, find_free_port, wait_for

WEB, WORKER, WEBHOOKS, MAIL, BEAT = "web", "worker", "webhooks", "mail", "beat"
PATIENCE = 40.0
_QUEUE = ("--concurrency", "1", "--queues")
CELERY = {
    WORKER: ["worker", "--hostname", "worker-{number}@{place}"],
    WEBHOOKS: ["worker", *_QUEUE, "webhooks", "--hostname", "webhooks-{number}@{place}"],
    MAIL: ["worker", *_QUEUE, "mail", "--hostname", "mail-{number}@{place}"],
    BEAT: ["beat"],
}


class Running(Protocol):
    """What a stage does with its programs, on one host or on several."""

    port: int
    web_hosts: tuple[str, ...]

    def start(self, name: str, environment: Mapping[str, str]) -> None:
        """Start a program wherever it belongs."""

    def kill(self, *names: str) -> None:
        """SIGKILL programs of these names, all without a name."""

    def stop(self, *names: str) -> None:
        """Ask programs to end."""

    def has(self, name: str) -> bool:
        """Say whether such a program was started and is not known to have ended."""

    def find_ended(self) -> list[str]:
        """Return the names of programs that have ended, and forget them."""


class Programs:
    """Programs in sessions of their own, so that each can be killed with all its processes.

    `root` is the folder of the code that they run.
    """

    def __init__(
        self, folder: Path, root: Path, *, place: Place = HERE, port: int = 0, web_processes: int = 2
    ) -> None:
        self.port = port or find_free_port()
        self.web_hosts: tuple[str, ...] = (place.address,)
        self._place, self._web_processes = place, web_processes
        self._folder, self._root = folder, root
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, environment: Mapping[str, str]) -> None:
        """Start one program; its output goes to a file beside those of the others."""
        number = len(self._running)
        file = self._folder / f"{name}-{self._place.name}-{os.getpid()}-{number}-{self.port}.log"
        with file.open("ab") as log:
            program = subprocess.Popen(
                [*self._place.prefix, *self._command(name, number)],
                stdout=log,
                stderr=log,
                cwd=self._root,
                env=os.environ | {"PYTHONPATH": str(self._root), "PYTHONUNBUFFERED": "1"} | dict(environment),
                start_new_session=True,
            )
        self._running.append((name, program))
        if name == WEB:
            wait_for(self.port, address=self._place.address, patience=PATIENCE)

    def kill(self, *names: str) -> None:
        """SIGKILL all processes of these programs, of all without a name."""
        for _, program in self._take(names):
            _kill_group(program)
            program.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all processes of all programs."""
        for _, program in self._running:
            os.killpg(program.pid, number)

    def stop(self, *names: str) -> None:
        """Ask these programs to end (SIGTERM), and insist after a while."""
        ending = self._take(names)
        for _, program in ending:
            program.terminate()
        for _, program in ending:
            with suppress(subprocess.TimeoutExpired):
                program.wait(PATIENCE)
            _kill_group(program)
            program.wait()

    def has(self, name: str) -> bool:
        """Say whether such a program was started and is not known to have ended."""
        return any(name == started for started, _ in self._running)

    def find_ended(self) -> list[str]:
        """Return the names of programs that have ended, and forget them."""
        ended = [pair for pair in self._running if pair[1].poll() is not None]
        self._running = [pair for pair in self._running if pair not in ended]
        return [name for name, _ in ended]

    def _take(self, names: tuple[str, ...]) -> list[tuple[str, subprocess.Popen[bytes]]]:
        taken = [pair for pair in self._running if not names or pair[0] in names]
        self._running = [pair for pair in self._running if pair not in taken]
        return taken

    def _command(self, name: str, number: int) -> list[str]:
        if name == WEB:
            return [
                *(sys.executable, "-m", "gunicorn", "--config", "python:billing_site.gunicorn_conf"),
                *("billing_site.wsgi:application", "--bind", f"{self._place.address}:{self.port}"),
                *("--workers", str(self._web_processes)),
                "--no-control-socket",  # That socket would be in the user's home.
            ]
        no_warning = ("-W", "ignore:You're running the worker with superuser privileges")
        arguments = [part.format(number=number, place=self._place.name) for part in CELERY[name]]
        return [sys.executable, *no_warning, "-m", "celery", "-A", "billing_site", "--quiet", *arguments]


def _kill_group(program: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
