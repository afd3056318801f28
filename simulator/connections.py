"""Connections to the database that are cut: our end is dead, the server's is rolled back and used again."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any
from unittest.mock import patch

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import IsolationLevel, pq

from simulator.database import wait_for_rollback

# What a connection looks like to psycopg when its socket is gone.
GONE = pq.PGconn.connect(b"host=/nonexistent")
FORGET = b"ROLLBACK; RESET ALL; SELECT pg_advisory_unlock_all()"

_free: list[psycopg.Connection[Any]] = []


def cut_connection() -> None:
    """Break this thread's connection as a broken line does: Django does not know of it.

    A server process costs more to begin than most histories' statements. So that of a cut connection forgets
    its session and serves the next thread that connects. A pooler cuts off its server process by itself.
    """
    link = connections["default"].connection
    if link is None or link.closed:
        return
    kept = copy(link)
    link.pgconn = GONE
    if settings.DATABASE_POOLER == "transaction":
        kept.pgconn.finish()
        wait_for_rollback()
        return
    kept.pgconn.exec_(FORGET)
    _free.append(kept)


@contextmanager
def reusing_server_processes() -> Iterator[None]:
    """Let threads connect to server processes of connections that were cut, for a block."""
    connect = DatabaseWrapper.get_new_connection

    def take_free(wrapper: Any, parameters: dict[str, Any]) -> Any:
        if not _free:
            return connect(wrapper, parameters)
        wrapper.isolation_level = IsolationLevel.READ_COMMITTED
        return _free.pop()

    with patch.object(DatabaseWrapper, "get_new_connection", take_free):
        try:
            yield
        finally:
            while _free:
                _free.pop().close()
