"""Many rows in one statement: columns in, `unnest`, done.

The ORM's bulk methods cost four times the CPU on the renewal path, and psycopg's own arrays half as much
again as the statements they feed (docs/performance.md). Constraints and triggers guard these writes like
all others.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg.types.datetime import TimestamptzLoader

Row = Sequence[Any]
# What needs no quotes in the text of an array.
SAFE: dict[type, Callable[[Any], str]] = {int: str, UUID: str, datetime: datetime.isoformat}


@contextmanager
def without_waiting() -> Iterator[None]:
    """Send the statements of a block without waiting, so that PostgreSQL works while we prepare the next.

    What is fetched is waited for as ever. What fails is raised then, or at the end of the block.
    """
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@contextmanager
def open_cursor() -> Iterator[CursorWrapper]:
    """Open a cursor that sends values beside the statement; Django's own writes them into it."""
    with connection.cursor() as cursor:
        plain = psycopg.Cursor(cursor.connection)
        plain.adapters.register_loader("timestamptz", TimestamptzLoader)  # Django's is written in Python.
        cursor.cursor = plain
        yield cursor


def fetch_rows(query: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query made with `values_list`, as the driver reads them."""
    sql, params = query.query.sql_with_params()
    with open_cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def read_rows(
    model: type[models.Model], names: Sequence[str], ids: Collection[int], *, lock: bool = False
) -> list[tuple[Any, ...]]:
    """Return these fields of the rows with these primary keys, in their order, locked if wanted."""
    columns = ", ".join(f'"{field.column}"' for field in _fields(model, names))
    sql = f"SELECT {columns} FROM {model._meta.db_table} WHERE id = ANY(%s::bigint[]) ORDER BY id"
    with open_cursor() as cursor:
        cursor.execute(f"{sql} FOR NO KEY UPDATE" if lock else sql, [write_array(ids)])
        return cursor.fetchall()


def allocate_ids(model: type[models.Model], count: int) -> list[int]:
    """Return new primary keys, so that rows that belong together can be written without asking back."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT nextval(s) FROM pg_get_serial_sequence(%s, 'id') s, generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows of values in the order of the field names."""
    if rows:
        sql, params = _insert(model, names, rows)
        with open_cursor() as cursor:
            cursor.execute(sql, params)


def insert_missing_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> set[int]:
    """Insert rows but those that a unique constraint knows already; return the primary keys that were new."""
    if not rows:
        return set()
    sql, params = _insert(model, names, rows)
    with open_cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING RETURNING id", params)
        return {pk for (pk,) in cursor.fetchall()}


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set the named fields of many rows at once; the first value of each row is the primary key."""
    if not rows:
        return
    fields = _fields(model, ["id", *names])
    values, source, params = _lay_out(fields, rows)
    changes = [f'"{field.column}" = {value}' for field, value in zip(fields[1:], values[1:], strict=True)]
    update = f"UPDATE {model._meta.db_table} t SET {', '.join(changes)}"
    with open_cursor() as cursor:
        cursor.execute(f"{update} FROM {source} WHERE t.id = {values[0]}", params)


def write_array(values: Collection[Any]) -> str:
    """Return PostgreSQL's text for a one-dimensional array of plain values."""
    kinds = set(map(type, values))
    write = SAFE.get(kinds.pop(), _write_element) if len(kinds) == 1 else _write_element
    return "{" + ",".join(map(write, values)) + "}"


def _insert(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Row]
) -> tuple[str, dict[str, str]]:
    fields = _fields(model, names)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values, source, params = _lay_out(fields, rows)
    return f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(values)} FROM {source}", params


def _fields(model: type[models.Model], names: Iterable[str]) -> list[models.Field]:
    return [model._meta.get_field(name) for name in names]  # type: ignore[misc]


def _lay_out(fields: Sequence[models.Field], rows: Sequence[Row]) -> tuple[list[str], str, dict[str, str]]:
    """Return the SQL of each column's value, the FROM item, and its parameters.

    A value that is the same in all rows is sent once and not as an array.
    """
    values, arrays, params = [], [], {}
    for place, (field, column) in enumerate(zip(fields, zip(*rows, strict=True), strict=True)):
        name, first = f"c{place}", column[0]
        if place and column[-1] == first and column.count(first) == len(column):
            values.append(f"%({name})s::{_type(field)}")
            params[name] = first
            continue
        # Arrays of arrays would be flattened, so an array travels as its text.
        nested = isinstance(field, ArrayField)
        params[name] = write_array([write_array(value) for value in column] if nested else column)
        arrays.append((name, "text" if nested else _type(field)))
        values.append(f"u.{name}::{_type(field)}" if nested else f"u.{name}")
    lists = ", ".join(f"%({name})s::{kind}[]" for name, kind in arrays)
    return values, f"unnest({lists}) AS u({', '.join(name for name, _ in arrays)})", params


def _type(field: models.Field) -> str:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = target.db_type(connection) or ""
    return kind if isinstance(field, ArrayField) else kind.split("(")[0]


def _write_element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
