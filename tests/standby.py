"""A standby of the PostgreSQL that tests run on, in a folder that is thrown away."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from billing_site.database_settings import configure_replica
from realfaults.postgres import PLACES, Server, make_own, program
from runner.postgres.binaries import run_as_server

PATIENCE_SECONDS = 60


@contextmanager
def standby() -> Iterator[Server]:
    """Have a standby that streams from the tests' server; skips where nothing may be copied from it."""
    folder = Path(tempfile.mkdtemp(prefix="billing-standby-"))
    folder.chmod(0o755)
    at = connection.settings_dict
    source = (
        f"host={at['HOST']} port={at['PORT'] or 5432} user={at['USER']} password={at['PASSWORD'] or 'none'}"
    )
    try:
        make_own(folder)
        copy = [program("pg_basebackup"), "-D", str(folder / "data"), "-d", source, "-R", "-X", "stream"]
        try:
            run_as_server([*copy, "--checkpoint=fast", "--no-sync"], PLACES, timeout=PATIENCE_SECONDS)
        except Exception as exc:
            pytest.skip(f"this PostgreSQL lets nobody copy it: {exc}")
        server = Server(folder, {"fsync": "off", "max_wal_senders": "10"})
        server.let_in("127.0.0.1/32")
        try:
            server.start()
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def named_as_replica(server: Server | None) -> Iterator[None]:
    """Let the settings name a server, or by mistake the primary itself, as the replica for a block."""
    given: dict[str, Any] = dict(connection.settings_dict)
    given |= {"HOST": "127.0.0.1", "PORT": str(server.port)} if server else {}
    entry = configure_replica(given | {"OPTIONS": {"connect_timeout": 1}})
    before = connections.settings.get("replica")
    _name(connections.configure_settings({"default": {}, "replica": entry})["replica"])
    try:
        yield
    finally:
        _name(before)


def _name(entry: dict[str, Any] | None) -> None:
    if "replica" in connections.settings:
        connections["replica"].close()
        del connections["replica"], connections.settings["replica"]
    if entry is not None:
        connections.settings["replica"] = entry


def pause_replay(server: Server, *, paused: bool) -> None:
    """Let the standby show no more than it does now, or go on."""
    with psycopg.connect(
        host="127.0.0.1", port=server.port, user=connection.settings_dict["USER"], dbname="postgres"
    ) as link:
        link.execute(f"SELECT pg_wal_replay_{'pause' if paused else 'resume'}()")
