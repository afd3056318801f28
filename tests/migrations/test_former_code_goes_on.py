"""Whoever runs the code of before goes on while the tables change: each kind of change that would stop it.

The rules are those of docs/operations.md, "Upgrading". Migrations of before them are behind every installation
that can still be upgraded without a pause.
"""

import re
from collections.abc import Callable

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import connection, models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AlterField,
    AlterModelTable,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunSQL,
)
from django.db.models import NOT_PROVIDED, CheckConstraint

from tests.migrations.reading import Step, read_migrations, read_steps

# The last migration of each application that was there before the rules were.
LAST_OF_BEFORE = {
    "access": 5,
    "approvals": 1,
    "bookkeeping": 2,
    "charges": 26,
    "customers": 22,
    "events": 8,
    "invoicing": 2,
    "ledger": 10,
    "mail": 5,
    "payouts": 1,
    "request_log": 1,
    "subscriptions": 17,
    "taxes": 2,
    "webhooks": 7,
}
GOING = (DeleteModel, RemoveField, RenameField, RenameModel, AlterModelTable)
CLOSES = re.compile(
    r"alter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b|set\s+not\s+null|lock\s+table|vacuum\s+full|\bcluster\b"
    r"|create\s+(unique\s+)?index\s+(?!concurrently)|drop\s+index\s+(?!concurrently)|drop\s+(column|table)"
    r"|\brename\b|disable\s+trigger",
    re.IGNORECASE,
)
# Each with the rule that it is excepted from, and why.
EXCEPTED = {
    ("bookkeeping", "0003_closing_in_pieces", "has no default in the database"),  # 0007 brings it.
    # Tables of few rows, which are read through in no time.
    ("access", "0006_second_factors", "checks all rows"),  # Tries of log-ins, forgotten after some hours.
    ("charges", "0028_money_that_comes_back", "checks all rows"),  # Disputes.
}


def has_no_default(step: Step) -> bool:
    """Whoever does not know the column inserts rows without it. Django's `default` is in our code alone."""
    field = getattr(step.operation, "field", None)
    is_added = isinstance(step.operation, AddField) and not step.is_of_new_table
    return is_added and not (field.null or field.many_to_many) and field.db_default is NOT_PROVIDED


def rewrites_table(step: Step) -> bool:
    """A default that is another one for each row is written into each, with the table closed."""
    field = getattr(step.operation, "field", None)
    is_added = isinstance(step.operation, AddField) and not step.is_of_new_table
    if is_added and getattr(field, "generated", False):
        return True
    default = getattr(field, "db_default", NOT_PROVIDED)
    return is_added and default is not NOT_PROVIDED and hasattr(default, "resolve_expression") and (
        not isinstance(default, models.Value)
    )


def changes_type(step: Step) -> bool:
    """PostgreSQL writes a table anew for most types, and former code writes the type of before."""
    if not isinstance(step.operation, AlterField) or step.before is None or step.is_of_new_table:
        return False
    return step.before.db_type(connection) != step.operation.field.db_type(connection)


def forbids_null(step: Step) -> bool:
    """Former code goes on writing it, and all rows are looked through."""
    if not isinstance(step.operation, AlterField) or step.before is None or step.is_of_new_table:
        return False
    return step.before.null and not step.operation.field.null


def takes_away(step: Step) -> bool:
    """Former code reads and writes it: it goes in the release after the one that does without it."""
    return isinstance(step.operation, GOING)


def makes_key(step: Step) -> bool:
    """A foreign key looks through all rows and holds up writers of both tables; so does an index in it."""
    field = getattr(step.operation, "field", None)
    if not isinstance(step.operation, AddField) or step.is_of_new_table:
        return False
    return bool(field.unique or field.db_index or (field.remote_field and field.db_constraint))


def checks_all_rows(step: Step) -> bool:
    """A constraint is added NOT VALID and validated by a later migration."""
    operation = step.operation
    if not isinstance(operation, AddConstraint) or isinstance(operation, AddConstraintNotValid):
        return False
    return isinstance(operation.constraint, CheckConstraint) and not step.is_of_new_table


def closes_by_sql(step: Step) -> bool:
    """What is written by hand keeps to the same rules."""
    sql = step.operation.sql if isinstance(step.operation, RunSQL) else ""
    return bool(CLOSES.search(sql if isinstance(sql, str) else " ".join(map(str, sql))))


RULES: dict[str, Callable[[Step], bool]] = {
    "has no default in the database": has_no_default,
    "rewrites the table": rewrites_table,
    "changes a type": changes_type,
    "forbids NULL": forbids_null,
    "takes something away": takes_away,
    "makes a key or an index": makes_key,
    "checks all rows": checks_all_rows,
    "closes a table by SQL": closes_by_sql,
}


def find_broken(migrations: dict[tuple[str, str], Migration]) -> set[tuple[str, str, str]]:
    return {
        (*key, rule)
        for key, step in read_steps(migrations)
        for rule, is_broken in RULES.items()
        if int(key[1][:4]) > LAST_OF_BEFORE.get(key[0], 0) and is_broken(step)
    }


def test_no_migration_stops_those_who_run_the_code_of_before():
    broken = find_broken(read_migrations())
    assert broken - EXCEPTED == set()
    assert EXCEPTED - broken == set(), "these need no exception any more"


TABLE = CreateModel("plan", [("name", models.CharField(max_length=10, null=True)), ("size", models.IntegerField())])
BAD = {
    "has no default in the database": AddField("plan", "colour", models.CharField(default="red")),
    "rewrites the table": AddField(
        "plan", "token", models.UUIDField(null=True, db_default=models.Func(function="gen_random_uuid"))
    ),
    "changes a type": AlterField("plan", "size", models.BigIntegerField()),
    "forbids NULL": AlterField("plan", "name", models.CharField(max_length=10)),
    "takes something away": RenameField("plan", "size", "length"),
    "makes a key or an index": AddField(
        "plan", "owner", models.ForeignKey("auth.User", models.CASCADE, null=True)
    ),
    "checks all rows": AddConstraint("plan", CheckConstraint(condition=models.Q(size__gt=0), name="has_a_size")),
    "closes a table by SQL": RunSQL("CREATE INDEX by_size ON plan (size)"),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_breaks_it(rule):
    first, second = Migration("0001_first", "plans"), Migration("0002_second", "plans")
    first.operations, second.operations = [TABLE], [BAD[rule]]
    found = find_broken({("plans", "0001_first"): first, ("plans", "0002_second"): second})
    assert found == {("plans", "0002_second", rule)}


GOOD = [
    AddField("plan", "note", models.TextField(null=True)),
    AddField("plan", "kind", models.TextField(db_default="plain", default="plain")),
    AddConstraintNotValid("plan", CheckConstraint(condition=models.Q(size__gt=0), name="has_a_size")),
    AlterField("plan", "name", models.CharField(max_length=10, null=True, choices=[("a", "A")])),
    RunSQL("CREATE INDEX CONCURRENTLY by_size ON plan (size)"),
]


def test_what_keeps_to_the_rules_is_not_found():
    first, second = Migration("0001_first", "plans"), Migration("0002_second", "plans")
    first.operations, second.operations = [TABLE], GOOD
    assert find_broken({("plans", "0001_first"): first, ("plans", "0002_second"): second}) == set()
