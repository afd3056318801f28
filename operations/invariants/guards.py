"""Invariants of the schema: what the database is to enforce is really there, switched on and valid."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models

from operations.invariants.base import Invariant, Row

NOT_VALID = """
SELECT conrelid::regclass::text AS of_table, conname AS name, 'not valid' AS problem FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND NOT convalidated
UNION ALL
SELECT indrelid::regclass::text, indexrelid::regclass::text, 'not valid' FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid
"""


def find_missing_guards() -> list[Row]:
    """Return what models declare (constraints, keys, indexes, triggers) and the database does not hold."""
    missing = [*_find_disabled_triggers()]
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                held = connection.introspection.get_constraints(cursor, model._meta.db_table)
                missing += _find_missing(model, held)
        cursor.execute(NOT_VALID)
        missing += [_row(*row) for row in cursor.fetchall()]
    return missing


def _find_disabled_triggers() -> Iterator[Row]:
    for model, trigger in pgtrigger.registered():
        status, enabled = trigger.get_installation_status(model)
        if (status, enabled) != ("INSTALLED", True):
            problem = "switched off" if status == "INSTALLED" else status.lower()
            yield _row(model._meta.db_table, f"trigger {trigger.name}", problem)


def _find_missing(model: type[models.Model], held: dict[str, Any]) -> Iterator[Row]:
    table = model._meta.db_table
    for declared in (*model._meta.constraints, *model._meta.indexes):
        if declared.name not in held:
            yield _row(table, declared.name, "missing")
    field: Any
    for field in model._meta.local_concrete_fields:
        if field.unique and not any(_is_key(part, field.column) for part in held.values()):
            yield _row(table, f"unique {field.column}", "missing")
        if field.is_relation and field.db_constraint and not any(_refers(p, field) for p in held.values()):
            yield _row(table, f"foreign key {field.column}", "missing")


def _is_key(part: dict[str, Any], column: str | None) -> bool:
    return part["columns"] == [column] and bool(part["unique"] or part["primary_key"])


def _refers(part: dict[str, Any], field: Any) -> bool:
    there = field.target_field
    return part["columns"] == [field.column] and part["foreign_key"] == (
        there.model._meta.db_table,
        there.column,
    )


def _row(table: str, name: str, problem: str) -> Row:
    return {"table": table, "name": name, "problem": problem}


GUARDS = (
    Invariant(
        "I-38",
        "Every instant is stored with its time zone.",
        """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'timestamp without time zone'
        """,
    ),
    Invariant(
        "I-39",
        "Every declared constraint, key, index and trigger is in the database, switched on and valid.",
        search=find_missing_guards,
        hint="manage.py pgtrigger install puts triggers back; constraints come back by a migration.",
    ),
)
