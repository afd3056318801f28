"""A PostgreSQL server of the simulator's own, and a database for each of its processes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg import sql

from core.bulk import run_query
from core.transaction_ids import CURRENT, HORIZON
from runner.postgres import CHECKOUT
from runner.postgres.cluster import Cluster
from runner.postgres.folders import make_data_folder
from runner.postgres.places import Places

CLUSTER = Cluster(Places(CHECKOUT, "simulator-postgres"), throw_away=True)
# Made by the migrations, and the same in each history.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
KEPT |= {"taxes_taxrate"}

DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
BUSY = "SELECT FROM pg_stat_activity WHERE datname = %s AND xact_start IS NOT NULL"

Rows = dict[str, bytes]


@contextmanager
def running() -> Iterator[None]:
    """Hold the server for a block, with its first database migrated."""
    make_data_folder(CHECKOUT / ".data")
    CLUSTER.start()
    try:
        _give_to_role(settings.DATABASE_SESSION)
        with _past_the_pooler():
            call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        connections.close_all()
        CLUSTER.stop()


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Work in a copy of the migrated database for a block."""
    entry = connections["default"].settings_dict
    template = entry["NAME"]
    connections.close_all()
    _administer(DROP.format(sql.Identifier(name)))
    _administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
    entry["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        entry["NAME"] = template
        _observer().close()
        _observer.cache_clear()
        _administer(DROP.format(sql.Identifier(name)))


@contextmanager
def _past_the_pooler() -> Iterator[None]:
    """Connect to the server itself for a block, as `migrate` does in production."""
    entry = connections["default"].settings_dict
    before = {name: entry[name] for name in ("HOST", "PORT")}
    entry |= {name: CLUSTER.connection()[name] for name in before}
    try:
        yield
    finally:
        connections.close_all()
        entry |= before


def _give_to_role(session: dict[str, str]) -> None:
    """Let all sessions have what a pooler does not pass on, as `manage.py database_role` does."""
    at = CLUSTER.connection()
    for name, value in session.items():
        statement = sql.SQL("ALTER ROLE {} SET {} = {}")
        _administer(statement.format(sql.Identifier(at["USER"]), sql.Identifier(name), sql.Literal(value)))


def wait_for_rollback(*, patience: float = 30.0) -> None:
    """Wait until nobody in this process's database is in a transaction. Raises TimeoutError."""
    deadline = time.monotonic() + patience
    while _observer().execute(BUSY, [connection.settings_dict["NAME"]]).rowcount:
        if time.monotonic() > deadline:
            raise TimeoutError("a transaction whose client is gone was not rolled back")
        time.sleep(0.001)


def wait_for_all_transactions(*, patience: float = 30.0) -> None:
    """Wait until those of the whole server that had begun are over. Raises TimeoutError.

    Events are read up to the oldest one, which may be of a history that another process plays.
    """
    deadline = time.monotonic() + patience
    [(begun,)] = run_query(f"SELECT {CURRENT}", [])
    while run_query(f"SELECT {HORIZON}", [])[0][0] <= begun:
        if time.monotonic() > deadline:
            raise TimeoutError("a transaction of another process goes on and on")
        time.sleep(0.001)


@cache
def _observer() -> psycopg.Connection[Any]:
    return _connect_to_server()


@contextmanager
def _passing_triggers() -> Iterator[Any]:
    """Yield a cursor in a transaction without triggers and foreign keys, which takes a superuser."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def empty_tables() -> None:
    """Remove the rows of the history before."""
    with _passing_triggers() as cursor:
        cursor.execute(_select_filled_tables())
        deletions = [f'DELETE FROM "{name}"' for (name,) in cursor.fetchall()]
        cursor.execute("; ".join(deletions) or "SELECT")


def read_tables() -> Rows:
    """Return the rows of all tables that a history fills, in the format of COPY."""
    with connection.cursor() as cursor:
        cursor.execute(_select_filled_tables())
        return {name: _read_table(cursor, name) for (name,) in cursor.fetchall()}


def fill_tables(rows: Rows) -> None:
    """Write rows into empty tables."""
    with _passing_triggers() as cursor:
        for name, content in rows.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                copy.write(content)


def _read_table(cursor: Any, name: str) -> bytes:
    with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(copy)


@cache
def _select_filled_tables() -> str:
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)


def _administer(statement: sql.Composed) -> None:
    with _connect_to_server() as link:
        link.execute(statement)


def _connect_to_server() -> psycopg.Connection[Any]:
    at = CLUSTER.connection()
    return psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname="postgres", autocommit=True
    )
