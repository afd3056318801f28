"""Migrations that give way to those who work: one that waits for a lock is undone and tried again."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.contrib.postgres.operations import ValidateConstraint
from django.core.management.commands import migrate
from django.db import OperationalError, transaction
from django.db.migrations import (
    AddField,
    CreateModel,
    Migration,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from psycopg import sql

# Everybody else waits behind a migration that waits for a table, so it does not wait for long. All of its
# tables are taken at once, so that nobody has waited for one of them for a second, after which PostgreSQL
# looks for deadlocks and ends whoever looks, when the migration would wait for the next one.
FOR_A_TABLE, FOR_ANYTHING = "100ms", "400ms"
# An autovacuum makes room only for those who have waited until PostgreSQL looks for deadlocks, for a second.
LONGER, EACH = "1500ms", 100
TRIES = 600
PAUSE = 0.25  # Seconds between two tries, on average.
LOCKED_OUT = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
# Of unknown tables, or reading a whole table that others may use meanwhile.
MAY_TAKE_LONG = (RunPython, RunSQL, SeparateDatabaseAndState, ValidateConstraint)


@contextmanager
def giving_way() -> Iterator[None]:
    """Within the block Django's `migrate` gives way."""
    executor = migrate.MigrationExecutor  # type: ignore[attr-defined]
    migrate.MigrationExecutor = GivingWay  # type: ignore[attr-defined]
    try:
        yield
    finally:
        migrate.MigrationExecutor = executor  # type: ignore[attr-defined]


class GivingWay(MigrationExecutor):
    """Django's own, but a migration that is a transaction waits for no lock for long.

    One that makes an index concurrently has to wait for all transactions, and holds up nobody meanwhile.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """See MigrationExecutor. Raises OperationalError when there was no lock for some minutes."""
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        for tries_left in reversed(range(TRIES)):
            try:
                with transaction.atomic(self.connection.alias):
                    is_patient = tries_left % EACH == EACH // 2
                    self._take_tables(list_tables(state, migration), is_patient=is_patient)
                    return super().apply_migration(state.clone(), migration, fake, fake_initial)
            except OperationalError as exc:
                if not isinstance(exc.__cause__, LOCKED_OUT) or not tries_left:
                    raise
            # Not in step with whoever locked it.
            time.sleep(PAUSE * random.uniform(0.5, 1.5))
        raise AssertionError("the last try returns or raises")

    def _take_tables(self, tables: list[str], *, is_patient: bool) -> None:
        for_a_table, for_anything = (LONGER, LONGER) if is_patient else (FOR_A_TABLE, FOR_ANYTHING)
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{for_a_table}'")
            # A proxy and what is not managed have no table of that name.
            there = sorted({*tables} & {*self.connection.introspection.table_names(cursor)} if tables else ())
            if there:
                names = sql.SQL(", ").join(map(sql.Identifier, there))
                cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
            cursor.execute(f"SET LOCAL lock_timeout = '{for_anything}'")


def list_tables(state: ProjectState, migration: Migration) -> list[str]:
    """Return the tables that a migration changes and that exist before it, foreign keys to others included.

    None where it does other work as well: that may take long, and the tables are not closed meanwhile.
    """
    if any(isinstance(operation, MAY_TAKE_LONG) for operation in migration.operations):
        return []
    models = {name for each in migration.operations for name in _list_models(migration.app_label, each)}
    known = [(key, state.models[key]) for key in models if key in state.models]
    tables = (model.options.get("db_table") or "_".join(key) for key, model in known)
    return sorted(name.strip('"') for name in tables)


def _list_models(app: str, operation: Operation) -> Iterator[tuple[str, str]]:
    if hasattr(operation, "model_name"):
        yield app, operation.model_name.lower()
    if isinstance(operation, AddField):
        yield from _list_target(app, operation.field)
    if isinstance(operation, CreateModel):
        for _, field in operation.fields:
            yield from _list_target(app, field)


def _list_target(app: str, field: "Field[object, object]") -> Iterator[tuple[str, str]]:
    target = getattr(field.remote_field, "model", None)
    if isinstance(target, str) and target != "self":
        of_app, _, name = target.rpartition(".")
        yield of_app or app, name.lower()
    elif target is not None and target != "self":
        yield target._meta.app_label, target._meta.model_name
