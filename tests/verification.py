"""Whether the books are sound: for tests that move money."""

from functools import cache

import psycopg
import pytest
from django.db import connection, transaction

from core import clock
from operations.invariants import INVARIANTS, Invariant, Row
from operations.verification import find_breaches

BOOKS = [invariant for invariant in INVARIANTS if not invariant.liveness and not invariant.search]
INSTANT = "tests.now"  # Not a parameter: the plan of a statement without any is kept.


def assert_books_are_sound() -> None:
    """Check every invariant of the data; work that lies about is what many a test wants, so not liveness."""
    named = _name_broken()
    broken = [(breach.invariant.id, breach.rows) for breach in find_breaches(BOOKS)] if named else []
    assert not broken, broken
    assert not named, named


def _name_broken() -> list[str]:
    """Ask for all at once by a prepared statement: to plan them takes longer than to check them."""
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        # As `find_breaches` does; tables may grow after the statement was planned.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SELECT set_config(%s, %s, true)", [INSTANT, clock.now().isoformat()])
        named = [name for (name,) in cursor.execute(_ask_for_all(), prepare=True)]
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    return named


@cache
def _ask_for_all() -> str:
    return " UNION ALL ".join(
        f"SELECT '{each.id}' WHERE EXISTS ({_fill_in(sql, each.params)})"
        for each in BOOKS
        for sql in _list_queries(each)
    )


def _list_queries(invariant: Invariant) -> list[str]:
    own = [invariant.sql] if invariant.sql else []
    return own + [part.write_sql() for part in invariant.parts]


def _fill_in(sql: str, values: Row) -> str:
    timed = sql.replace("%(now)s", f"current_setting('{INSTANT}')::timestamptz")
    return psycopg.ClientCursor(connection.connection).mogrify(timed, values)


@pytest.fixture
def sound_books(db):
    """After the test, every invariant must hold."""
    yield
    assert_books_are_sound()
