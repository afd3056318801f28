"""The programs of a whole server on one machine, as command lines."""

import os
import sys
from pathlib import Path

from django.conf import settings

from runner import log_file, postgres

# Root is warned of messages that run code; ours are JSON.
NO_WARNING = ("-W", "ignore:You're running the worker with superuser privileges")
# The web server loads, and serves once the file that this names is not locked any more.
WAITS_FOR = "BILLING_WAITS_FOR"
PREPARED = "prepared"  # What stands in that file then.
CELERY = (sys.executable, *NO_WARNING, "-m", "celery")


def web(host: str, port: int, *, workers: int) -> list[str]:
    """Gunicorn, loaded once and forked."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        *(sys.executable, "-m", "gunicorn", "billing_site.wsgi:application", "--preload"),
        *("--config", "python:billing_site.gunicorn_conf", "--bind", address),
        *("--workers", str(workers), "--graceful-timeout", "10"),
    ]


def preparation(answer_file: str) -> list[str]:
    """`manage.py run` again, which only prepares the database; it writes the demo's credentials to a file."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "run", "--prepare", answer_file]


def workers(*, concurrency: int) -> list[str]:
    """All workers and beat, loaded once and forked; one that ends takes the others along."""
    commands = (
        worker(concurrency=concurrency),
        worker(concurrency=1, queue="webhooks"),
        worker(concurrency=1, queue="mail"),
        beat(),
    )
    words = [word for command in commands for word in ("--", *command[len(CELERY) :])]
    return [sys.executable, *NO_WARNING, "-m", "runner.workers", *words[1:]]


def worker(*, concurrency: int, queue: str = "celery") -> list[str]:
    """A Celery worker of one queue, on its own: nothing to agree about with other workers."""
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    name = ("--queues", queue, "--hostname", f"{queue}@%h")
    return _celery("worker", "--concurrency", str(concurrency), *name, *alone)


def beat() -> list[str]:
    """Celery's clock, a process of its own: one embedded in the worker outlives a killed worker."""
    return _celery("beat")


def environment(*, quiet: bool = False) -> dict[str, str]:
    """What the programs inherit; they find the project from any working folder.

    A quiet one writes troubles only, unless LOG_LEVEL says otherwise: the sweeps run every few seconds. The
    others write their log to a file, and only troubles to the terminal.
    """
    found = [str(settings.BASE_DIR), *filter(None, [os.environ.get("PYTHONPATH")])]
    # `manage.py run` has checked what settings can spoil; for the checks each worker would load all pages.
    own = {"PYTHONPATH": os.pathsep.join(found), "PYTHONUNBUFFERED": "1", "CELERY_SKIP_CHECKS": "1"}
    if postgres.is_used():
        own["BILLING_DATABASE_ROLE"] = postgres.SERVER_ROLE
    logs = {"LOG_LEVEL": "WARNING"} if quiet else {"LOG_FILE": str(log_file.path())}
    return logs | os.environ | own


def make_folders() -> None:
    """Make the folders that the programs keep their files in."""
    broker = Path(settings.BROKER_DIR)
    for folder in (settings.STATIC_ROOT, broker / "queue", broker / "control"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    log_file.move_aside()


def _celery(*arguments: str) -> list[str]:
    return [*CELERY, "-A", "billing_site", "--quiet", *arguments]
