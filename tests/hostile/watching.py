"""What a refused request must not leave: changed rows, and lines of faults in the log."""

import logging
import traceback
from functools import cache

from django.core.signals import got_request_exception
from django.db import connection

# Refusals and tries of cards are counted, a page keeps its visitor's session, and who moves the clock of a
# test buyer holds it meanwhile.
COUNTED = {"access_logincounter", "access_linkrequest", "charges_cardtry"}
COUNTED |= {"django_session", "access_opensession", "customers_testbuyer"}
Fingerprint = dict[str, tuple[int, int]]


class Rows:
    """Says which tables changed since it last looked.

    A change needs a number of a transaction, so while PostgreSQL has given none, nothing is read.
    """

    def __init__(self) -> None:
        self.next, self.seen = read_next_transaction(), read_fingerprint()

    def find_changes(self) -> set[str]:
        """Return the tables whose rows are not those of the last look."""
        if read_next_transaction() == self.next:
            return set()
        before, self.seen = self.seen, read_fingerprint()
        self.next = read_next_transaction()
        return {table for table, rows in self.seen.items() if rows != before.get(table)}


def read_next_transaction() -> int:
    """The number that the next transaction which writes will get; `now` is read after the last one ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def read_fingerprint() -> Fingerprint:
    """Of each table how many rows it has, and a sum over what they say."""
    with connection.cursor() as cursor:
        cursor.execute(_select_fingerprints())
        return {table: (rows, content) for table, rows, content in cursor.fetchall()}


@cache
def _select_fingerprints() -> str:
    names = sorted(set(connection.introspection.table_names()) - COUNTED)
    return " UNION ALL ".join(
        f"SELECT '{name}', count(*), COALESCE(sum(hashtext(each::text)), 0)::bigint FROM \"{name}\" AS each"
        for name in names
    )


class FaultLog(logging.Handler):
    """Keeps what the log says of faults while it is open."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(logging.Formatter().format(record))

    def note(self, sender: object, request: object, **kwargs: object) -> None:
        """Keep the exception that no view has handled."""
        self.lines.append(f"unhandled: {traceback.format_exc()}")

    def __enter__(self) -> "FaultLog":
        """Listen to all loggers."""
        got_request_exception.connect(self.note)
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Listen no longer."""
        logging.getLogger().removeHandler(self)
        got_request_exception.disconnect(self.note)

    def take(self) -> list[str]:
        """Return the lines since the last call."""
        lines, self.lines = self.lines, []
        return lines
