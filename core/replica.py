"""Reading files from a standby of the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, connections
from django.db.utils import DatabaseError, InterfaceError

PRIMARY, REPLICA = "default", "replica"
# A standby that has replayed all that it received is not behind, however long ago the last write was. One
# that receives nothing is as old as what it replayed last. Any other server is no standby of ours.
LAG = """
SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN NULL
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver)
        THEN 0
    ELSE EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())
END::float
"""
WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
# No row from a server that is no standby.
SHOWS = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn WHERE pg_is_in_recovery()"
BETWEEN_LOOKS = 0.05  # Seconds.
# Who asks for a file meanwhile does not wait for a standby that failed just now. Seconds.
LEFT_ALONE = 10.0
_left_alone = {"until": 0.0}
_reading_from = ContextVar("reading_from", default=PRIMARY)
log = structlog.get_logger(__name__)


class Router:
    """Django's router: reads of a block go where the block says, all else goes to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the alias that is read from."""
        return find_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the primary, always."""
        return PRIMARY

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        """Rows of both are of one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Let the standby alone: it follows."""
        return db != REPLICA


def find_alias() -> str:
    """Return the alias of the database that reads of this moment go to."""
    return _reading_from.get()


def stream_from_replica(lines: Iterator[str] | Iterator[bytes]) -> Iterator[Any]:
    """Return the lines of a file, read from the standby if it shows all that is committed now, else as ever.

    Within a transaction it is always the primary. Nothing may be decided about money by what is read: later
    changes are not there. A write goes to the primary through the ORM; in SQL of ours it fails. What runs
    between two lines, such as the web server, reads as ever.
    """
    alias = _choose()
    while True:
        with _reading(alias):
            try:
                line = next(lines)
            except StopIteration:
                return
        yield line


def has_replica() -> bool:
    """Say whether the settings name a standby."""
    return REPLICA in connections.settings


def measure_lag() -> float | None:
    """Return how many seconds the standby is behind; None where there is none, or it does not answer."""
    if not has_replica():
        return None
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(LAG)
            [lag] = cursor.fetchone()
            return lag
    except (DatabaseError, InterfaceError) as trouble:
        log.warning("replica does not answer", error=type(trouble).__name__)
        connections[REPLICA].close()
        return None


def _choose() -> str:
    if not has_replica() or connection.in_atomic_block or time.monotonic() < _left_alone["until"]:
        return PRIMARY
    try:
        if _catches_up():
            return REPLICA
        log.warning("replica is behind, or no standby", limit_seconds=settings.REPLICA_LAG_LIMIT)
    except (DatabaseError, InterfaceError) as trouble:
        log.warning("replica does not answer", error=type(trouble).__name__)
        connections[REPLICA].close()
    _left_alone["until"] = time.monotonic() + LEFT_ALONE
    return PRIMARY


def _catches_up() -> bool:
    """Wait until the standby shows all that the primary has written, and say whether it does in time."""
    deadline = time.monotonic() + settings.REPLICA_LAG_LIMIT
    with connection.cursor() as primary, connections[REPLICA].cursor() as standby:
        primary.execute(WRITTEN)
        [written] = primary.fetchone()
        while True:
            standby.execute(SHOWS, [written])
            found = standby.fetchone()
            if found == (True,):
                return True
            if found is None or time.monotonic() > deadline:
                return False
            time.sleep(BETWEEN_LOOKS)


@contextmanager
def _reading(alias: str) -> Iterator[None]:
    token = _reading_from.set(alias)
    try:
        yield
    finally:
        _reading_from.reset(token)
