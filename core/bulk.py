"""Many rows in one statement: columns in, `unnest`, done.

The ORM's bulk methods cost four times the CPU on the renewal path, and psycopg's own arrays half as much
again as the statements they feed (docs/performance.md). Constraints and triggers guard these writes like
all others.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection, connections, models
from django.db.backends.utils import CursorWrapper
from psycopg.types.datetime import TimestamptzLoader

from core.replica import find_alias

# A named tuple whose fields have the names of columns, or a dict with one order of keys for all rows.
Row = tuple[Any, ...] | Mapping[str, Any]
# What is off costs 10^10 to the planner, for which it would have all of it compiled.
BY_KEYS = """
SELECT set_config(name, 'off', true)
FROM unnest('{enable_seqscan,enable_hashjoin,enable_mergejoin,jit}'::text[]) AS name
"""
NEEDS_ESCAPE = re.compile(r'["\\]')
# What needs no quotes in the text of an array.
SAFE: dict[type, Callable[[Any], str]] = {int: str, UUID: attrgetter("hex"), datetime: datetime.isoformat}


@contextmanager
def without_waiting() -> Iterator[None]:
    """Send the statements of a block without waiting, so that PostgreSQL works while we prepare the next.

    Foreign keys are checked then, too, and not all at the commit, where we would wait for them. What is
    fetched is waited for as ever: read first, write then. What fails is raised at the end of the block.
    """
    with connection.wrap_database_errors, connection.connection.pipeline():
        with open_cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        find_rows_by_keys()
        yield


def find_rows_by_keys() -> None:
    """Read no table as a whole from here to the end of the transaction.

    For a thousand keys the planner would rather do that while a table is not very large.
    """
    with open_cursor() as cursor:
        cursor.execute(BY_KEYS)


@contextmanager
def open_cursor() -> Iterator[CursorWrapper]:
    """Open a cursor that sends values beside the statement; Django's own writes them into it."""
    with connections[find_alias()].cursor() as cursor:
        cursor.cursor = psycopg.Cursor(cursor.connection)
        yield cursor


def fetch_rows(query: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query made with `values_list`, as the driver reads them."""
    return run_query(*query.query.sql_with_params())


def run_query(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query, as the driver reads them."""
    with open_cursor() as cursor:
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)  # Django's is written in Python.
        cursor.execute(sql, params)
        return cursor.fetchall()


def allocate_ids(model: type[models.Model], count: int) -> list[int]:
    """Return new primary keys, so that rows that belong together can be written without asking back."""
    if not count:
        return []
    sql = "SELECT nextval(s) FROM pg_get_serial_sequence(%s, 'id') s, generate_series(1, %s)"
    return [pk for (pk,) in run_query(sql, [model._meta.db_table, count])]


def list_columns(alias: str, row: type[tuple[Any, ...]]) -> str:
    """Return the select list of a named tuple whose fields are the columns of the table with this alias."""
    return ", ".join(f'{alias}."{name}"' for name in row._fields)  # type: ignore[attr-defined]


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert rows, which are all of one type."""
    if not rows:
        return
    names, values_of = _read(rows)
    columns = _columns(model, names)
    values, source, params = _lay_out(columns, values_of)
    into = ", ".join(f'"{column.name}"' for column in columns)
    insert = f"INSERT INTO {model._meta.db_table} ({into}) SELECT {', '.join(values)}"
    with open_cursor() as cursor:
        cursor.execute(f"{insert} FROM {source}", params)


def write_value_list(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, str]:
    """Return the columns of fields, and a parameter of the column's type for each: a row of an INSERT."""
    columns = _columns(model, names)
    into = ", ".join(f'"{column.name}"' for column in columns)
    return into, ", ".join(f"%({name})s::{c.type}" for name, c in zip(names, columns, strict=True))


def update_rows(model: type[models.Model], rows: Sequence[Row], *, adding: str = "") -> None:
    """Set the fields of many rows at once; the first field of their type is `id` and tells which row.

    The values of the field named in `adding` are added to what is there.
    """
    if not rows:
        return
    names, values_of = _read(rows)
    columns = _columns(model, names)
    values, source, params = _lay_out(columns, values_of)
    changes = [
        f'"{column.name}" = ' + (f't."{column.name}" + {value}' if column.name == adding else value)
        for column, value in zip(columns[1:], values[1:], strict=True)
    ]
    update = f"UPDATE {model._meta.db_table} t SET {', '.join(changes)}"
    with open_cursor() as cursor:
        cursor.execute(f"{update} FROM {source} WHERE t.id = {values[0]}", params)


def write_array(values: Collection[Any]) -> str:
    """Return PostgreSQL's text for a one-dimensional array of plain values."""
    kinds = set(map(type, values))
    if kinds == {str} and not NEEDS_ESCAPE.search("".join(values)):
        return '{"' + '","'.join(values) + '"}'
    write = SAFE.get(kinds.pop(), _write_element) if len(kinds) == 1 else _write_element
    return "{" + ",".join(map(write, values)) + "}"


class Column(NamedTuple):
    """What a statement has to know about a field."""

    name: str
    type: str
    is_array: bool


@cache
def _columns(model: type[models.Model], names: tuple[str, ...]) -> list[Column]:
    fields: list[models.Field] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    return [Column(str(field.column), _type(field), isinstance(field, ArrayField)) for field in fields]


def _type(field: models.Field) -> str:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = target.db_type(connection) or ""
    return kind if isinstance(field, ArrayField) else kind.split("(")[0]


def _read(rows: Sequence[Row]) -> tuple[tuple[str, ...], Sequence[Sequence[Any]]]:
    """Return the names of the fields of rows, and their values."""
    first = rows[0]
    if isinstance(first, Mapping):
        return tuple(first), [tuple(row.values()) for row in rows]  # type: ignore[union-attr]
    return first._fields, rows  # type: ignore[attr-defined, return-value]


def _lay_out(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> tuple[list[str], str, dict[str, str]]:
    """Return the SQL of each column's value, the FROM item, and its parameters.

    A value that is the same in all rows is sent once and not as an array.
    """
    values, arrays, params = [], [], {}
    for place, (column, cells) in enumerate(zip(columns, zip(*rows, strict=True), strict=True)):
        name, first = f"c{place}", cells[0]
        if place and cells[-1] == first and cells.count(first) == len(cells):
            values.append(f"%({name})s::{column.type}")
            params[name] = first
            continue
        # Arrays of arrays would be flattened, so an array travels as its text.
        params[name] = write_array([write_array(cell) for cell in cells] if column.is_array else cells)
        arrays.append((name, "text" if column.is_array else column.type))
        values.append(f"u.{name}::{column.type}" if column.is_array else f"u.{name}")
    lists = ", ".join(f"%({name})s::{kind}[]" for name, kind in arrays)
    return values, f"unnest({lists}) AS u({', '.join(name for name, _ in arrays)})", params


def _write_element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    return _quote(value.isoformat() if isinstance(value, datetime) else str(value))


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
