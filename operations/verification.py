"""Checking every invariant on the data, all in one snapshot, if asked to by two connections that share it."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass

from django.db import connection, transaction

from core import clock
from operations.invariants import INVARIANTS, Invariant, Row

MAX_ROWS = 20
# All of each table is read, once and in its own order. Only statistics from before it grew make a nested loop
# look good then, which may take hours, and an index makes a merge look good that reads a page for each row.
# What is off and has to be used all the same costs 10^10 to the planner, so PostgreSQL would compile each
# statement: 100 seconds on empty tables (PostgreSQL 15), and 7 without. The server's role ends statements
# after two minutes; with many rows one of these takes longer.
READING = {
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "statement_timeout": "0",
    "work_mem": "'128MB'",
}
SET_UP = "; ".join(f"SET LOCAL {name} = {value}" for name, value in READING.items())
PUT_BACK = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in READING)
# Two connections keep two processors busy; PostgreSQL's workers beside them took a tenth more CPU.
WITHOUT_WORKERS = "SET LOCAL max_parallel_workers_per_gather = 0"
Found = list[tuple[str, list[Row]]]


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that does not hold, and at most MAX_ROWS of the rows that show it."""

    invariant: Invariant
    rows: list[Row]
    has_more: bool


def find_breaches(
    invariants: Iterable[Invariant] = INVARIANTS, *, side_by_side: bool = False
) -> list[Breach]:
    """Return what is broken, each with its rows; an empty list means that the books are sound.

    With `side_by_side` a second connection works beside ours, which must not be in a transaction.
    """
    asked = list(invariants)
    left = deque(asked)
    with _one_snapshot():
        found = dict(_check_both(left) if side_by_side else _check(left))
    rows = [(invariant, found[invariant.id]) for invariant in asked if found[invariant.id]]
    return [Breach(each, shown[:MAX_ROWS], len(shown) > MAX_ROWS) for each, shown in rows]


def _check_both(left: "deque[Invariant]") -> Found:
    """Check what is left by two connections, each of which takes the next one when it is done with one."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_WORKERS)
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(copy_context().run, _check_beside, left, snapshot)
        return _check(left) + other.result()


def _check_beside(left: "deque[Invariant]", snapshot: str) -> Found:
    try:
        with _one_snapshot(snapshot):
            return _check(left)
    finally:
        connection.close()


def _check(left: "deque[Invariant]") -> Found:
    found = []
    while left:
        try:
            invariant = left.popleft()
        except IndexError:  # The other connection has just taken the last one.
            break
        found.append((invariant.id, _find_rows(invariant)))
    return found


@contextmanager
def _one_snapshot(shared: str = "") -> Iterator[None]:
    # Inside a transaction (a test's) the isolation can no longer be chosen.
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if shared:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [shared])
            cursor.execute(WITHOUT_WORKERS)
        cursor.execute(SET_UP)
        yield
        cursor.execute(PUT_BACK)


def _find_rows(invariant: Invariant) -> list[Row]:
    if invariant.search is not None:
        return invariant.search()
    limited = f"SELECT * FROM ({invariant.sql}) broken LIMIT {MAX_ROWS + 1}"
    with connection.cursor() as cursor:
        cursor.execute(limited, invariant.params | {"now": clock.now()})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
