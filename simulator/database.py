"""A PostgreSQL server of the simulator's own, and a database for each of its processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, connections

from runner.postgres import CHECKOUT
from runner.postgres.cluster import Cluster
from runner.postgres.folders import make_data_folder
from runner.postgres.places import Places

CLUSTER = Cluster(Places(CHECKOUT, "simulator-postgres"), throw_away=True)
# Made by the migrations, and the same in each history.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
KEPT |= {"taxes_taxrate"}

Rows = dict[str, bytes]


@contextmanager
def running() -> Iterator[None]:
    """Hold the server for a block, with its first database migrated."""
    make_data_folder(CHECKOUT / ".data")
    CLUSTER.start()
    try:
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
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    entry["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        entry["NAME"] = template
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def empty_tables() -> None:
    """Remove the rows of the history before, past triggers and foreign keys, which takes a superuser."""
    with connection.cursor() as cursor:
        cursor.execute(_select_filled_tables())
        deletions = [f'DELETE FROM "{name}"' for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("; ".join(deletions) or "SELECT")
        cursor.execute("SET session_replication_role = DEFAULT")


def read_tables() -> Rows:
    """Return the rows of all tables that a history fills, in the format of COPY."""
    with connection.cursor() as cursor:
        cursor.execute(_select_filled_tables())
        return {name: _read_table(cursor, name) for (name,) in cursor.fetchall()}


def fill_tables(rows: Rows) -> None:
    """Write rows into empty tables, past triggers and foreign keys."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, content in rows.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                copy.write(content)
        cursor.execute("SET session_replication_role = DEFAULT")


def _read_table(cursor: Any, name: str) -> bytes:
    with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(copy)


@cache
def _select_filled_tables() -> str:
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)


def _administer(statement: str) -> None:
    at = CLUSTER.connection()
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname="postgres", autocommit=True
    ) as link:
        link.execute(statement.encode())
