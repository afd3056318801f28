"""The embedded database of a test run: clusters apart from that of `make run`, a database per run.

Each xdist worker has a cluster of its own. Readers of events wait for the oldest transaction that runs in a
cluster, so tests of one worker would wait for those of another.
"""

import os
from contextlib import suppress
from pathlib import Path

import psycopg
from django.conf import settings

from runner import postgres

WORKER = "PYTEST_XDIST_WORKER"
RUN = "BILLING_TEST_RUN"  # The process number of the run's first process; its xdist workers inherit it.


def choose() -> None:
    """Point the settings to this worker's cluster for tests without starting it."""
    if not postgres.is_used():
        return
    os.environ["BILLING_TEST"] = str(int(os.environ.get(WORKER, "gw0").removeprefix("gw")) + 1)
    os.environ.setdefault(RUN, str(os.getpid()))
    settings.DATABASES["default"] |= postgres.database()
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_billing_{os.environ[RUN]}"


def start() -> None:
    """Start the cluster, or use the running one."""
    if not postgres.is_used():
        return
    postgres.start()
    drop_databases_of_killed_runs()


def stop() -> None:
    """Let the cluster go; the last run to do so ends its server."""
    if postgres.is_used():
        postgres.stop()


def read_log() -> str:
    """Return the log of the embedded server, which lies beside its socket."""
    return (Path(postgres.database()["HOST"]).parent / "server.log").read_text(errors="replace")


def drop_databases_of_killed_runs() -> None:
    """Remove what runs that could not tidy up have left."""
    at = postgres.database()
    address = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "dbname": at["NAME"]}
    with psycopg.connect(**address, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_billing_%'")
        for (name,) in rows.fetchall():
            if not Path("/proc", name.split("_")[2]).exists():
                with suppress(psycopg.OperationalError):  # Another run may be doing the same.
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
