"""What a migration may not do beside programs of former code, each kind as a rule (UPGRADING.md).

Migrations of before the rules are behind every installation that can still be upgraded without a pause.
"""

import re
from collections.abc import Callable

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection, models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelTable,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunSQL,
)
from django.db.models import NOT_PROVIDED, CheckConstraint, UniqueConstraint

from tests.migrations.reading import Key, Step, read_steps

Broken = set[tuple[str, str, str]]

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
    ("bookkeeping", "0006_comparisons", "makes an index while the table is closed"),  # Differences.
    ("charges", "0028_money_that_comes_back", "checks all rows"),  # Disputes.
    # In the statement that adds an empty column: PostgreSQL reads no row for it. Disputes are few.
    ("ledger", "0020_chargebacks", "makes a key or an index"),
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
    return (
        is_added
        and default is not NOT_PROVIDED
        and hasattr(default, "resolve_expression")
        and (not isinstance(default, models.Value))
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


def makes_index_at_once(step: Step) -> bool:
    """An index of rows that are there is made concurrently; a unique constraint is one as well."""
    operation = step.operation
    is_unique = isinstance(operation, AddConstraint) and isinstance(operation.constraint, UniqueConstraint)
    is_index = isinstance(operation, AddIndex) and not isinstance(operation, AddIndexConcurrently)
    return (is_unique or is_index) and not step.is_of_new_table


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
    "makes an index while the table is closed": makes_index_at_once,
    "closes a table by SQL": closes_by_sql,
}


def find_broken(migrations: dict[Key, Migration]) -> Broken:
    """Return application, name and rule of each migration that breaks one; exceptions are among them."""
    return {
        (*key, rule)
        for key, step in read_steps(migrations)
        for rule, is_broken in RULES.items()
        if int(key[1][:4]) > LAST_OF_BEFORE.get(key[0], 0) and is_broken(step)
    }
