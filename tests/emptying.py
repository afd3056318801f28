"""Emptying the database after a test that commits.

Django truncates every table and makes all permissions anew, which takes longer than most tests.
"""

from functools import cache
from importlib import import_module

import psycopg
from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase

# Made by the migrations and changed by no test.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "taxes_taxrate"}
KEPT |= {"auth_group", "auth_group_permissions"}
ROLES = import_module("backoffice.migrations.0001_roles")
RATES = import_module("taxes.migrations.0002_rates_of_2026")
truncate_all = TransactionTestCase._fixture_teardown


def empty_database(case: TransactionTestCase) -> None:
    """Delete all rows past triggers and foreign keys, which takes a superuser; truncate without one."""
    if not _may_pass_triggers():
        truncate_all(case)
        RATES.add_rates(apps, None)
        ROLES.make_roles(apps, ROLES.ROLES)
        return
    filled = _find_filled_tables()
    with transaction.atomic(), connection.cursor() as cursor:
        deletions = [f"DELETE FROM {connection.ops.quote_name(name)}" for name in filled]
        cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *deletions]))


@cache
def _may_pass_triggers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone() == ("on",)


def _find_filled_tables() -> list[str]:
    """Ask by a prepared statement: to plan the question takes the server longer than to answer it."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return [name for (name,) in cursor.execute(_select_filled_tables(), prepare=True)]


@cache
def _select_filled_tables() -> str:
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    questions = (
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(name)})" for name in names
    )
    return " UNION ALL ".join(questions)
