"""The embedded PostgreSQL server and secret key of an installation without DATABASE_URL.

Everything lives in `.data/` of the checkout. See docs/decisions/0001-embedded-postgresql.md.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from runner.postgres.cluster import Cluster
from runner.postgres.errors import EmbeddedDatabaseError
from runner.postgres.folders import make_data_folder
from runner.postgres.places import Places

__all__ = [
    "SERVER_ROLE",
    "EmbeddedDatabaseError",
    "database",
    "has_ended",
    "home",
    "is_used",
    "local_secret_key",
    "running",
    "start",
    "stop",
]

SERVER_ROLE = "billing_server"  # Made by `manage.py database_role`.
FOR_TESTS = "test-postgres"
CHECKOUT = Path(__file__).resolve().parent.parent.parent


def is_used() -> bool:
    """Whether the embedded database is the one to use: nobody named another by DATABASE_URL."""
    return not os.environ.get("DATABASE_URL")


def database() -> dict[str, Any]:
    """The DATABASES entry of the embedded database; BILLING_TEST selects one for tests, by its number.

    The programs of `manage.py run` have a role with few rights, commands that of the owner.
    """
    role = os.environ.get("BILLING_DATABASE_ROLE")
    return _cluster(_name()).connection() | ({"USER": role} if role else {})


def start() -> None:
    """Have the server running until `stop` or the end of this process. Raises EmbeddedDatabaseError."""
    _cluster(_name()).start()


def stop() -> None:
    """Cease to use the server; the last one to do so stops it."""
    _cluster(_name()).stop()


def has_ended() -> bool:
    """Whether a server that was started has ended, as after a crash."""
    return is_used() and _cluster(_name()).has_ended()


def home() -> Path:
    """Return the folder of the embedded database: its data, socket, locks and log."""
    return _cluster(_name()).places.home


@contextmanager
def running() -> Iterator[None]:
    """Hold the server for a block, unless DATABASE_URL names another. Raises EmbeddedDatabaseError."""
    if not is_used():
        yield
        return
    start()
    try:
        yield
    finally:
        stop()


def local_secret_key() -> str:
    """The random key of this checkout, made at first use and readable by its owner only.

    Raises ImproperlyConfigured with DATABASE_URL set: such an installation may have several machines, which
    need one SECRET_KEY, kept by their operator.
    """
    if not is_used():
        raise ImproperlyConfigured("Set SECRET_KEY: it is required when DATABASE_URL is set.")
    path = CHECKOUT / ".data" / "secret-key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(50))
        return path.read_text()
    except OSError as exc:
        raise ImproperlyConfigured(f"Set SECRET_KEY, or let this user read and write {path}: {exc}") from exc


def _write_once(path: Path, text: str) -> None:
    """Write a whole file that only its owner can read, unless another process was faster."""
    make_data_folder(path.parent)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


@cache
def _cluster(name: str) -> Cluster:
    return Cluster(Places(CHECKOUT, name), throw_away=name.startswith(FOR_TESTS))


def _name() -> str:
    number = os.environ.get("BILLING_TEST", "")
    if not number.isdecimal():
        return "postgres"
    return FOR_TESTS if number == "1" else f"{FOR_TESTS}-{number}"
