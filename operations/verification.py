"""Checking every invariant on the data, all in one snapshot, if asked to by two connections that share it."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction

from core import clock
from operations.invariants import INVARIANTS, Invariant, Part, Row

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
Task = Callable[[], Found]


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
    left = _plan(asked)
    found: dict[str, list[Row]] = defaultdict(list)
    with _one_snapshot():
        for name, rows in _check_both(left) if side_by_side else _check(left):
            found[name] += rows
    broken = [(invariant, found[invariant.id]) for invariant in asked if found[invariant.id]]
    return [Breach(each, rows[:MAX_ROWS], len(rows) > MAX_ROWS) for each, rows in broken]


def _plan(asked: list[Invariant]) -> deque[Task]:
    """Return what is to be done, first what takes longest: to look through the joins that many share."""
    sharing: dict[str, list[tuple[Invariant, Part]]] = defaultdict(list)
    for invariant in asked:
        for part in invariant.parts:
            sharing[part.joined].append((invariant, part))
    passes = [partial(_look_through, joined, parts) for joined, parts in sharing.items()]
    alone = [partial(_look_at, each) for each in asked if each.sql or each.search]
    return deque([*passes, *alone])


def _check_both(left: deque[Task]) -> Found:
    """Check what is left by two connections, each of which takes the next one when it is done with one."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_WORKERS)
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(copy_context().run, _check_beside, left, snapshot)
        return _check(left) + other.result()


def _check_beside(left: deque[Task], snapshot: str) -> Found:
    try:
        with _one_snapshot(snapshot):
            return _check(left)
    finally:
        connection.close()


def _check(left: deque[Task]) -> Found:
    found: Found = []
    while left:
        try:
            task = left.popleft()
        except IndexError:  # The other connection has just taken the last one.
            break
        found += task()
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


def _look_through(joined: str, parts: list[tuple[Invariant, Part]]) -> Found:
    """Ask once whether any row breaks any of them, and only if one does, each of them for its rows."""
    is_any_broken = " OR ".join(f"({part.broken})" for _, part in parts)
    values = {name: value for invariant, _ in parts for name, value in invariant.params.items()}
    # An EXISTS would be planned as if its first row came soon.
    [counted] = _fetch(f"SELECT COUNT(*) AS broken FROM {joined} WHERE {is_any_broken}", values)
    if not counted["broken"]:
        return []
    return [(each.id, _find_rows(part.write_sql(), each.params)) for each, part in parts]


def _look_at(invariant: Invariant) -> Found:
    rows = invariant.search() if invariant.search else _find_rows(invariant.sql, invariant.params)
    return [(invariant.id, rows)]


def _find_rows(sql: str, values: Row) -> list[Row]:
    return _fetch(f"SELECT * FROM ({sql}) broken LIMIT {MAX_ROWS + 1}", values)


def _fetch(sql: str, values: Row) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"now": clock.now()})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
