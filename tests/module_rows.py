"""Make rows once for all tests of a module, in a transaction that is rolled back after the last of them.

Each test works in a savepoint of that transaction, so it sees the rows as they were made. Tests that commit
(`transaction=True`) cannot share rows, nor can those of a customer's refunds: once a payment was settled,
deferred triggers look at each statement until the next commit.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.test import override_settings

from gateway.registry import get_gateway

Rows = TypeVar("Rows")
BOOKS = "module.sqlite3"
COMMITTING = {"transactional_db", "live_server"}


@contextmanager
def rows_of_module(request: pytest.FixtureRequest, make: Callable[[], Rows]) -> Iterator[Rows]:
    """Keep what `make` writes until the last test of the module; for the body of a module's fixture."""
    assert not any(map(_commits, _list_tests(request))), "a test of this module commits"
    request.getfixturevalue("django_db_setup")
    books = request.getfixturevalue("sandbox_folder") / BOOKS
    get_gateway.cache_clear()
    unblocked = request.getfixturevalue("django_db_blocker").unblock()
    outermost = transaction.atomic()
    outermost._from_testcase = True  # For our code it is no transaction, as with that of a single test.
    try:
        with unblocked, override_settings(SANDBOX_BOOKS=str(books)), outermost:
            made = make()
            connection.check_constraints()  # Also lets those that wait for a commit wait again.
            yield made
            transaction.set_rollback(True)
    finally:
        books.unlink(missing_ok=True)


@contextmanager
def rows_where_possible(
    request: pytest.FixtureRequest, fixture: str, make: Callable[[], Rows]
) -> Iterator[Rows | None]:
    """Do so for a fixture of many modules; None in a module that does not use it or where a test commits."""
    tests = _list_tests(request)
    if any(fixture in test.fixturenames for test in tests) and not any(map(_commits, tests)):
        with rows_of_module(request, make) as made:
            yield made
    else:
        yield None


def _list_tests(request: pytest.FixtureRequest) -> list[pytest.Function]:
    return [item for item in request.session.items if item.parent is request.node]


def _commits(test: pytest.Function) -> bool:
    mark = test.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or not COMMITTING.isdisjoint(test.fixturenames)


def copy_books(present: str, books: Path) -> None:
    """Copy what the sandbox processor has booked for the rows of a module; of other books, nothing."""
    made = books.with_name(BOOKS)
    if present == str(made) and made.exists():
        shutil.copy(made, books)
