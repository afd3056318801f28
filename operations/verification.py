"""Checking every invariant on the data, all in one snapshot."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from core import clock
from operations.invariants import INVARIANTS, Invariant, Row

MAX_ROWS = 20
CHANGED = ("enable_nestloop", "jit", "statement_timeout")


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that does not hold, and at most MAX_ROWS of the rows that show it."""

    invariant: Invariant
    rows: list[Row]
    has_more: bool


def find_breaches(invariants: Iterable[Invariant] = INVARIANTS) -> list[Breach]:
    """Return what is broken, each with its rows; an empty list means that the books are sound."""
    with _one_snapshot():
        found = [(invariant, _find_rows(invariant)) for invariant in invariants]
    return [Breach(invariant, rows[:MAX_ROWS], len(rows) > MAX_ROWS) for invariant, rows in found if rows]


@contextmanager
def _one_snapshot() -> Iterator[None]:
    # Inside a transaction (a test's) the isolation can no longer be chosen.
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # All of each table is read. Only statistics from before it grew make a nested loop look good then,
        # and it may take hours.
        cursor.execute("SET LOCAL enable_nestloop = off")
        # What is off and has to be used all the same costs 10^10 to the planner, so PostgreSQL would compile
        # each statement: 100 seconds on empty tables (PostgreSQL 15), and 7 without.
        cursor.execute("SET LOCAL jit = off")
        # The server's role ends statements after two minutes; with many rows one of these takes longer.
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in CHANGED))


def _find_rows(invariant: Invariant) -> list[Row]:
    if invariant.search is not None:
        return invariant.search()
    limited = f"SELECT * FROM ({invariant.sql}) broken LIMIT {MAX_ROWS + 1}"
    with connection.cursor() as cursor:
        cursor.execute(limited, invariant.params | {"now": clock.now()})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
