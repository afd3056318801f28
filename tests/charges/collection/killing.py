"""Run steps of the protocol in processes that are killed on the way."""

import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from django.conf import settings as django_settings
from django.db import connection

SENDING = ("before prepare", "after prepare", "after the commit of the reference", "after confirm")
CANCELLING = ("before cancel", "after cancel")
REFUNDING = ("before refund", "after refund")
KILLED = "-9"
# Verb, charge, seconds to wait, and the point at which the process dies.
Job = tuple[str, int, int, str]


def kill_workers(settings: Any, jobs: Iterable[Job]) -> list[str]:
    """Run each job in a process that is killed at its point, and return how they ended."""
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.charges.collection.killed_settings",
        "WORKER_DATABASE": database["NAME"],
        "WORKER_HOST": database["HOST"],
        "WORKER_PORT": str(database["PORT"]),
        "WORKER_USER": database["USER"],
        "SANDBOX_BOOKS": settings.SANDBOX_BOOKS,
        "STRIPE_API_KEY": settings.STRIPE_API_KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "STRIPE_CALLS_PER_ENDPOINT": str(settings.STRIPE_CALLS_PER_ENDPOINT),
        "LIVE_GATEWAY": settings.LIVE_GATEWAY,
    }
    command = [sys.executable, "-m", "tests.charges.collection.kill_worker"]
    lines = "".join("\t".join(map(str, job)) + "\n" for job in jobs)
    done = subprocess.run(
        command,
        env=environment,
        cwd=django_settings.BASE_DIR,
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.split()
