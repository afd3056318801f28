"""Describe what the database refuses: triggers, constraints and unique columns, as a page in Markdown."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, TypeVar

import pgtrigger
from django.db import connection, models

from operations.schema_pages.packages import list_packages

HEAD = """\
# Triggers and constraints

This page lists what the database itself refuses. It is made from the models by
`manage.py describe_triggers`; `manage.py verify` (I-39) checks that a database has all of it,
switched on. Foreign keys are in [models.md](models.md).
"""
TABLE = ("| kind | name | refuses |", "|---|---|---|")
Constraint = TypeVar("Constraint", bound=models.BaseConstraint)
MESSAGE = re.compile(r"RAISE EXCEPTION\s+'([^']*)'")


def describe_triggers() -> str:
    """Return the page."""
    sections = [HEAD]
    for label, package in list_packages().items():
        sections += [f"## {label}\n", *filter(None, map(_describe_table, package))]
    return "\n".join(sections)


def _describe_table(model: type[models.Model]) -> str:
    rows = [*_describe_triggers_of(model), *_describe_checks_of(model), *_describe_unique_rows_of(model)]
    if not rows:
        return ""
    return "\n".join(
        [f"### `{model._meta.db_table}`\n", "| kind | name | refuses |", "|---|---|---|", *rows, ""]
    )


def _describe_triggers_of(model: type[models.Model]) -> Iterator[str]:
    for trigger in sorted(_list_triggers(model), key=lambda trigger: str(trigger.name)):
        yield _write_row("trigger", str(trigger.name), _describe_trigger(trigger, model))


def _list_triggers(model: type[models.Model]) -> list[pgtrigger.Trigger]:
    return [trigger for owner, trigger in _list_registered() if owner is model]


@cache
def _list_registered() -> list[tuple[Any, pgtrigger.Trigger]]:
    return list(pgtrigger.registered())  # Which looks up each of them by its name.


def _describe_trigger(trigger: pgtrigger.Trigger, model: type[models.Model]) -> str:
    operation = str(trigger.operation).replace('"', "")
    if isinstance(trigger, pgtrigger.ReadOnly):
        return _describe_read_only(trigger)
    if isinstance(trigger, pgtrigger.Protect):
        return f"{operation} of a row."
    condition = trigger.condition.resolve(model) if trigger.condition else ""
    where = f" where `{_tidy(condition)}`" if condition else ""
    whole = ", once for a statement" if trigger.level == pgtrigger.Statement else ""
    later = ", at the commit" if trigger.timing == pgtrigger.Deferred else ""
    messages = " or ".join(f'"{message}"' for message in MESSAGE.findall(str(trigger.func)))
    return f"{operation}{where}{whole}{later}: {messages}."


def _describe_read_only(trigger: pgtrigger.ReadOnly) -> str:
    if trigger.exclude:
        return f"UPDATE of every column but {_list_columns(trigger.exclude)}."
    return f"UPDATE of {_list_columns(trigger.fields or ())}."


def _describe_checks_of(model: type[models.Model]) -> Iterator[str]:
    for constraint in _list_constraints(model, models.CheckConstraint):
        condition = _write_condition(constraint, model)
        yield _write_row("check", constraint.name, f"a row without `{condition}`.")


def _describe_unique_rows_of(model: type[models.Model]) -> Iterator[str]:
    for constraint in _list_constraints(model, models.UniqueConstraint):
        where = f" where `{_write_condition(_simplify(constraint), model)}`" if constraint.condition else ""
        empty = "; NULL counts as a value" if constraint.nulls_distinct is False else ""
        columns = _list_columns(constraint.fields)
        yield _write_row("unique", constraint.name, f"a second row with the same {columns}{where}{empty}.")
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield _write_row("unique", str(field.column), f"a second row with the same `{field.name}`.")


def _simplify(constraint: models.UniqueConstraint) -> models.UniqueConstraint:
    """Return it without what Django asks a database about."""
    return models.UniqueConstraint(
        name=constraint.name, fields=constraint.fields, condition=constraint.condition
    )


def _list_constraints(model: type[models.Model], kind: type[Constraint]) -> list[Constraint]:
    found = [constraint for constraint in model._meta.constraints if isinstance(constraint, kind)]
    return sorted(found, key=lambda constraint: constraint.name)


def _write_condition(constraint: models.BaseConstraint, model: type[models.Model]) -> str:
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        statement = str(constraint.create_sql(model, editor))
    return _unwrap(_tidy(re.split(" CHECK | WHERE ", statement, maxsplit=1)[1]))


def _tidy(sql: str) -> str:
    """Write SQL on one line without the quotes that our names do not need."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).replace("|", "\\|").strip()


def _unwrap(sql: str) -> str:
    """Return a condition without the parentheses around all of it."""
    while sql.startswith("(") and _find_end(sql) == len(sql) - 1:
        sql = sql[1:-1]
    return sql


def _find_end(sql: str) -> int:
    """Return the place of the parenthesis that closes the first one."""
    depths = accumulate({"(": 1, ")": -1}.get(letter, 0) for letter in sql)
    return next(place for place, depth in enumerate(depths) if depth == 0)


def _list_columns(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _write_row(kind: str, name: str, sentence: str) -> str:
    return f"| {kind} | `{name}` | {sentence} |"
