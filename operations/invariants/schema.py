"""What the models declare of constraints, keys, indexes and triggers, beside what the database holds."""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import pgtrigger
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models

from operations.invariants.base import Row

# All that the schema has, one row each. A trigger's detail is the hash of its declaration and of its
# function; a foreign key's is the column that it refers to; that of a unique index is its condition.
HELD = """
WITH tables AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
),
columns AS (
    SELECT attrelid, attnum, attname, attnotnull FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM tables) AND attnum > 0 AND NOT attisdropped
)
SELECT t.relname AS of_table, c.conname AS name, c.contype::text AS kind, own.attname AS of_column,
       there.relname || '.' || other.attname AS detail, c.convalidated AS is_good
FROM pg_constraint c JOIN tables t ON t.oid = c.conrelid
LEFT JOIN columns own ON own.attrelid = c.conrelid AND own.attnum = c.conkey[1] AND c.conkey[2] IS NULL
LEFT JOIN tables there ON there.oid = c.confrelid
LEFT JOIN columns other ON other.attrelid = c.confrelid AND other.attnum = c.confkey[1]
WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT t.relname, i.relname, CASE WHEN x.indisunique THEN 'unique' ELSE 'index' END, own.attname,
       pg_get_expr(x.indpred, x.indrelid), x.indisvalid
FROM pg_index x JOIN tables t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN columns own ON own.attrelid = x.indrelid AND own.attnum = x.indkey[0] AND x.indnatts = 1
UNION ALL
SELECT t.relname, g.tgname, 'trigger', NULL,
       obj_description(g.oid, 'pg_trigger') || ' ' || encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'),
       g.tgenabled IN ('O', 'A')
FROM pg_trigger g JOIN tables t ON t.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
WHERE NOT g.tgisinternal OR g.tgenabled NOT IN ('O', 'A')
UNION ALL
SELECT t.relname, own.attname, 'not null', own.attname, NULL, true
FROM columns own JOIN tables t ON t.oid = own.attrelid WHERE own.attnotnull
UNION ALL
SELECT '', p.proname, 'function', NULL, encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), true
FROM pg_proc p WHERE p.proname = '_pgtrigger_should_ignore'
"""
BODY = re.compile(r"AS \$\$(.*?)\$\$ LANGUAGE", re.DOTALL)
KINDS: dict[type[models.BaseConstraint], str] = {
    models.CheckConstraint: "c",
    models.UniqueConstraint: "unique",
    ExclusionConstraint: "x",
}


class Guard(NamedTuple):
    """One thing that the database refuses by itself; what is None may be anything."""

    table: str
    kind: str
    name: str | None = None
    column: str | None = None
    detail: str | None = None


class Held(NamedTuple):
    """A guard as the database has it."""

    table: str
    name: str
    kind: str
    column: str | None
    detail: str | None
    is_good: bool


def find_missing_guards() -> list[Row]:
    """Return what models declare and the database does not hold, holds otherwise, or has switched off."""
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        held = [Held(*row) for row in cursor.fetchall()]
    bad = [_row(each.table, each.name, _name_fault(each)) for each in held if not each.is_good]
    known = {(row["table"], row["name"]) for row in bad}
    there = {part for each in held for part in _list_ways_to_ask(each)}
    missing = (guard for guard in list_guards() if guard not in there)
    named = {(each.table, each.name, each.kind) for each in held}
    rows = (_describe(guard, named) for guard in missing)
    return [*bad, *(row for row in rows if (row["table"], row["name"]) not in known)]


@cache
def list_guards() -> tuple[Guard, ...]:
    """Return all that the models declare."""
    managed = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return tuple(guard for model in managed for guard in _list_guards_of(model))


def _list_guards_of(model: type[models.Model]) -> Iterator[Guard]:
    table = model._meta.db_table
    for constraint in model._meta.constraints:
        yield Guard(table, KINDS[type(constraint)], name=constraint.name)
    for index in model._meta.indexes:
        yield Guard(table, "index", name=index.name)
    field: Any
    for field in model._meta.local_concrete_fields:
        if not field.null:
            yield Guard(table, "not null", column=field.column)
        if field.unique:
            yield Guard(table, "key", column=field.column)
        if field.is_relation and field.db_constraint:
            target = field.target_field
            there = f"{target.model._meta.db_table}.{target.column}"
            yield Guard(table, "f", column=field.column, detail=there)
    for owner, trigger in pgtrigger.registered():
        if owner is model:
            yield from _list_parts_of_trigger(trigger, model)


def _list_parts_of_trigger(trigger: pgtrigger.Trigger, model: Any) -> Iterator[Guard]:
    compiled = trigger.compile(model)
    asks_first, function = (
        sha256(body.encode()).hexdigest() for body in BODY.findall(str(compiled.install_sql))
    )
    pgid = trigger.get_pgid(model)
    yield Guard(model._meta.db_table, "trigger", name=pgid, detail=f"{compiled.hash} {function}")
    yield Guard("", "function", name="_pgtrigger_should_ignore", detail=asks_first)


def _list_ways_to_ask(held: Held) -> Iterator[Guard]:
    """Yield the guards that something in the database is."""
    if held.kind in ("trigger", "function"):
        yield Guard(held.table, held.kind, name=held.name, detail=held.detail)
    elif held.kind == "f":
        yield Guard(held.table, "f", column=held.column, detail=held.detail)
    elif held.kind == "not null":
        yield Guard(held.table, "not null", column=held.column)
    else:
        yield Guard(held.table, held.kind, name=held.name)
    if held.kind == "unique":
        yield Guard(held.table, "index", name=held.name)
        if held.detail is None:
            yield Guard(held.table, "key", column=held.column)


def _describe(guard: Guard, named: set[tuple[str, str, str]]) -> Row:
    words = {"f": "foreign key", "key": "unique"}
    name = guard.name or f"{words.get(guard.kind, guard.kind)} {guard.column}"
    is_changed = guard.name is not None and (guard.table, guard.name, guard.kind) in named
    return _row(guard.table, name, "changed" if is_changed else "missing")


def _name_fault(held: Held) -> str:
    return "switched off" if held.kind == "trigger" else "not valid"


def _row(table: str, name: str, problem: str) -> Row:
    return {"table": table, "name": name, "problem": problem}
