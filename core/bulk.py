"""Many rows in one statement: arrays in, `unnest`, done.

The ORM's bulk methods cost four times the CPU on the renewal path (docs/performance.md). Constraints and
triggers guard these writes like all others.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

Row = Sequence[Any]


def allocate_ids(model: type[models.Model], count: int) -> list[int]:
    """Return new primary keys, so that rows that belong together can be written without asking back."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [pk for (pk,) in cursor.fetchall()]


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Row], *, skip_conflicts: bool = False
) -> set[int]:
    """Insert rows of values in the order of the field names and return the primary keys that were new.

    With `skip_conflicts` a row that a unique constraint knows already is passed over.
    """
    if not rows:
        return set()
    fields = _fields(model, names)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    conflict = "ON CONFLICT DO NOTHING" if skip_conflicts else ""
    sql = f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {_select(fields)} FROM {_unnest(fields)}"
    return {pk for (pk,) in _execute(f"{sql} {conflict} RETURNING id", fields, rows)}


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set the named fields of many rows at once; the first value of each row is the primary key."""
    if not rows:
        return
    fields = _fields(model, ["id", *names])
    changes = ", ".join(
        f'"{field.column}" = {_value(field, place)}' for place, field in enumerate(fields) if place
    )
    sql = f"UPDATE {model._meta.db_table} t SET {changes} FROM {_unnest(fields)} WHERE t.id = u.c0"
    _execute(f"{sql} RETURNING t.id", fields, rows)


def _fields(model: type[models.Model], names: Iterable[str]) -> list[models.Field]:
    return [model._meta.get_field(name) for name in names]  # type: ignore[misc]


def _execute(sql: str, fields: Sequence[models.Field], rows: Sequence[Row]) -> list[tuple[int]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    for place, field in enumerate(fields):
        if isinstance(field, ArrayField):
            columns[place] = ["{" + ",".join(map(str, value)) + "}" for value in columns[place]]
    with connection.cursor() as cursor:
        cursor.execute(sql, columns)
        return cursor.fetchall()


def _unnest(fields: Sequence[models.Field]) -> str:
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in fields)
    return f"unnest({arrays}) AS u({', '.join(f'c{place}' for place in range(len(fields)))})"


def _select(fields: Sequence[models.Field]) -> str:
    return ", ".join(_value(field, place) for place, field in enumerate(fields))


def _value(field: models.Field, place: int) -> str:
    # Arrays of arrays would be flattened, so an array travels as its text.
    return f"u.c{place}::{field.db_type(connection)}" if isinstance(field, ArrayField) else f"u.c{place}"


def _type(field: models.Field) -> str:
    if isinstance(field, ArrayField):
        return "text"
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return (target.db_type(connection) or "").split("(")[0].replace("bigserial", "bigint")
