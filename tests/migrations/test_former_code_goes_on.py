"""Whoever runs the code of before goes on while the tables change: each kind of change that would stop it."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AlterField,
    CreateModel,
    Migration,
    RenameField,
    RunSQL,
)
from django.db.models import CheckConstraint, UniqueConstraint

from tests.migrations.reading import read_migrations
from tests.migrations.rules import EXCEPTED, RULES, find_broken


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
    "makes an index while the table is closed": AddConstraint(
        "plan", UniqueConstraint(fields=["size"], name="one_of_each_size")
    ),
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
    AddIndexConcurrently("plan", models.Index(fields=["size"], name="plans_by_size")),
    RunSQL("CREATE INDEX CONCURRENTLY by_size ON plan (size)"),
]


def test_what_keeps_to_the_rules_is_not_found():
    first, second = Migration("0001_first", "plans"), Migration("0002_second", "plans")
    first.operations, second.operations = [TABLE], GOOD
    assert find_broken({("plans", "0001_first"): first, ("plans", "0002_second"): second}) == set()
