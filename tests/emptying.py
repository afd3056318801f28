"""Emptying the database after a test that commits.

Django truncates every table and makes all permissions anew, which takes longer than most tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib import import_module

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

# Made by the migrations and changed by no test.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "taxes_taxrate"}
KEPT |= {"auth_group", "auth_group_permissions"}
ROLES = import_module("backoffice.migrations.0001_roles")
RATES = import_module("taxes.migrations.0002_rates_of_2026")
# A transaction that a test has left open holds locks; to fail is better than to wait for it.
PATIENT = "lock_timeout = '30s'"
PASSING = "session_replication_role = replica"
truncate_all = TransactionTestCase._fixture_teardown


def empty_database(case: TransactionTestCase) -> None:
    """Delete all rows past triggers and foreign keys, which takes a superuser; truncate without one."""
    if not _may_pass_triggers():
        truncate_all(case)
        RATES.add_rates(apps, None)
        ROLES.make_roles(apps, ROLES.ROLES)
        return
    with _passing_triggers() as cursor:
        names = _find_filled_tables(cursor)
        if names:
            cursor.execute("; ".join(f"DELETE FROM {connection.ops.quote_name(name)}" for name in names))


def disconnect() -> None:
    """Close the connection that empties the database, if a test needed it."""
    if _connect.cache_info().currsize:
        _connect().close()
        _connect.cache_clear()


@cache
def _may_pass_triggers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone() == ("on",)


@contextmanager
def _passing_triggers() -> Iterator[psycopg.Cursor]:
    """Yield a cursor that passes triggers; through a pooler for one transaction only."""
    link = _connect().connection
    with link.transaction() if _is_pooled() else nullcontext(), psycopg.Cursor(link) as cursor:
        if _is_pooled():
            cursor.execute(f"SET LOCAL {PASSING}; SET LOCAL {PATIENT}")
        yield cursor


@cache
def _connect() -> BaseDatabaseWrapper:
    """Return a connection without triggers.

    A session that turns them off and on forgets the plans of all its statements and of its triggers.
    """
    own = connection.copy()
    own.connect()
    if not _is_pooled():
        with own.cursor() as cursor:
            cursor.execute(f"SET {PASSING}; SET {PATIENT}")
    return own


def _is_pooled() -> bool:
    return settings.DATABASE_POOLER == "transaction"


def _find_filled_tables(cursor: psycopg.Cursor) -> list[str]:
    """Ask by a prepared statement: to plan the question takes the server longer than to answer it."""
    return [name for (name,) in cursor.execute(_select_filled_tables(), prepare=not _is_pooled())]


@cache
def _select_filled_tables() -> str:
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    questions = (
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(name)})" for name in names
    )
    return " UNION ALL ".join(questions)
