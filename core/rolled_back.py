"""A transaction of which nothing is kept, for looking at what the rules would do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

WAIT = "SET LOCAL lock_timeout = '2s'"


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo all that the block writes when it ends; what was to happen after a commit never does.

    Locks are waited for no longer than two seconds. Rows that the block locks stay locked until its end.
    """
    outermost = transaction.atomic()
    # Services that must commit on their own refuse a transaction around them. Nothing here is committed, so
    # they may believe that there is none, as they do in tests.
    outermost._from_testcase = True  # type: ignore[attr-defined]
    outermost.is_undone = True  # type: ignore[attr-defined]  # Gateways refuse to be called in it.
    with outermost:
        try:
            with connection.cursor() as cursor:
                cursor.execute(WAIT)
            yield
        finally:
            transaction.set_rollback(True)
