"""Make rows once for all tests of a module, in a transaction that is rolled back after the last of them.

Each test works in a savepoint of that transaction, so it sees the rows as they were made. Tests that commit
(`transaction=True`) cannot share rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings

from gateway.registry import get_gateway


@contextmanager
def rows_of_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep what is written before the yield of a module's fixture until the last test of the module."""
    request.getfixturevalue("django_db_setup")
    books = request.getfixturevalue("tmp_path_factory").mktemp("sandbox") / "sandbox.sqlite3"
    get_gateway.cache_clear()
    unblocked = request.getfixturevalue("django_db_blocker").unblock()
    outermost = transaction.atomic()
    outermost._from_testcase = True  # For our code it is no transaction, as with that of a single test.
    with unblocked, override_settings(SANDBOX_BOOKS=str(books)), outermost:
        yield
        transaction.set_rollback(True)
