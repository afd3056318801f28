"""A migrated database that test runs copy: a copy takes a second, all migrations take many."""

import hashlib
import inspect
from contextlib import suppress

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from runner import postgres

PREFIX = "template_billing_"


def use() -> None:
    """Have Django copy the template when it creates the test database, if there is a template."""
    if not postgres.is_used():
        return
    name = _name()
    with _connect() as server:
        if _find(server, name):
            connection.settings_dict["TEST"]["TEMPLATE"] = name


def keep() -> None:
    """Keep a copy of the test database, just migrated and empty, as the template of later runs."""
    name = _name()
    if not postgres.is_used() or connection.settings_dict["TEST"].get("TEMPLATE") == name:
        return
    source = connection.settings_dict["NAME"]
    connection.close()  # PostgreSQL copies a database only while nobody is connected to it.
    with _connect() as server, suppress(psycopg.Error):  # Another run may do the same.
        for old in set(_find(server, f"{PREFIX}%")) - {name}:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(copy.format(sql.Identifier(name), sql.Identifier(source)))


def _connect() -> psycopg.Connection:
    at = postgres.database()
    return psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"], autocommit=True
    )


def _find(server: psycopg.Connection, pattern: str) -> list[str]:
    rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
    return [name for (name,) in rows.fetchall()]


def _name() -> str:
    """Return the template's name, which holds a digest of all migrations."""
    digest = hashlib.sha256()
    for _, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        digest.update(inspect.getsource(inspect.getmodule(type(migration))).encode())
    return PREFIX + digest.hexdigest()[:16]
