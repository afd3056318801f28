"""Run steps of the protocol in processes that are killed on the way."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from threading import Timer
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

SENDING = ("before prepare", "after prepare", "after the commit of the reference", "after confirm")
CANCELLING = ("before cancel", "after cancel")
REFUNDING = ("before refund", "after refund")
KILLED = "-9"
PATIENCE = 120.0  # Seconds, for all jobs of a test.
# Verb, charge, seconds to wait, and the point at which the process dies.
Job = tuple[str, int, int, str]


class Workers:
    """Processes whose children are killed: one for each environment, as it takes long to start."""

    def __init__(self) -> None:
        self._started: dict[tuple[tuple[str, str], ...], subprocess.Popen[str]] = {}

    def kill(self, settings: Any, jobs: Sequence[Job]) -> list[str]:
        """Run each job in a child that is killed at its point, and return how they ended."""
        environment = describe_environment(settings)
        key = tuple(sorted(environment.items()))
        worker = self._started.get(key) or self._started.setdefault(key, start_worker(environment))
        assert worker.stdin
        assert worker.stdout
        impatient = Timer(PATIENCE, worker.kill)
        impatient.start()
        try:
            lines = ("\t".join(map(str, (*job, settings.STRIPE_API_BASE))) for job in jobs)
            worker.stdin.write("".join(f"{line}\n" for line in lines))
            worker.stdin.flush()
            return [worker.stdout.readline().rstrip("\n") for _ in jobs]
        finally:
            impatient.cancel()

    def close(self) -> None:
        """Let them end."""
        for worker in self._started.values():
            worker.communicate(timeout=PATIENCE)


def describe_environment(settings: Any) -> dict[str, str]:
    """Return what a worker has to know of the settings of a test."""
    database = connection.settings_dict
    return {
        "DJANGO_SETTINGS_MODULE": "tests.charges.collection.killed_settings",
        "WORKER_DATABASE": database["NAME"],
        "WORKER_HOST": database["HOST"],
        "WORKER_PORT": str(database["PORT"]),
        "WORKER_USER": database["USER"],
        "SANDBOX_BOOKS": settings.SANDBOX_BOOKS,
        "STRIPE_API_KEY": settings.STRIPE_API_KEY,
        "STRIPE_CALLS_PER_ENDPOINT": str(settings.STRIPE_CALLS_PER_ENDPOINT),
        "LIVE_GATEWAY": settings.LIVE_GATEWAY,
    }


def start_worker(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start one that waits for jobs."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.charges.collection.kill_worker"],
        env=os.environ | environment,
        cwd=django_settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Those of a module."""
    made = Workers()
    yield made
    made.close()
