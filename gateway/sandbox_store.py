"""The sandbox processor's own books: a SQLite file, so that no crash or rollback of ours undoes them."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from threading import Lock

SCHEMA = """
CREATE TABLE IF NOT EXISTS operation (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, verdict TEXT NOT NULL, reference TEXT NOT NULL UNIQUE,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, code TEXT NOT NULL, hard INTEGER NOT NULL,
    message TEXT NOT NULL, refunds TEXT NOT NULL, done_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_of ON operation (refunds);
CREATE TABLE IF NOT EXISTS lost_request (key TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS confirmation (
    reference TEXT PRIMARY KEY, token TEXT NOT NULL, return_url TEXT NOT NULL, is_confirmed INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS confirmed_tokens ON confirmation (token) WHERE is_confirmed;
"""

FIRST_OPENING = Lock()
PATIENCE_SECONDS = 10.0


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Of several processes that open a new file at once, SQLite lets all but one fail here without waiting.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Operation:
    """One charge or refund as the processor sees it; `done_at` (UTC seconds) may lie in the future."""

    key: str
    kind: str
    verdict: str
    reference: str
    amount_minor: int
    currency: str
    code: str
    hard: bool
    message: str
    refunds: str
    done_at: float


COLUMNS = [field.name for field in fields(Operation)]
INSERT = f"INSERT INTO operation ({', '.join(COLUMNS)}) VALUES (:{', :'.join(COLUMNS)})"


class SandboxStore:
    """Opens the file for one short piece of work at a time; several processes may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with FIRST_OPENING, self._open() as connection:
            _use_write_ahead_log(connection)
            connection.executescript(SCHEMA)

    def find(self, key: str) -> Operation | None:
        """Return what was done under a key."""
        return self._one("key = :value", key)

    def find_movement(self, key: str) -> Operation | None:
        """Return what was done under a key at any time, also after the key itself was forgotten."""
        return self._one("key = :value OR key > :value || '#' AND key < :value || '$' ORDER BY done_at", key)

    def find_capture(self, reference: str) -> Operation | None:
        """Return the approved charge with this reference."""
        return self._one("reference = :value AND kind = 'charge' AND verdict = 'approved'", reference)

    def record(self, operation: Operation) -> Operation:
        """Write an operation down unless its key is taken, and return the one that holds the key."""
        with self._open() as connection:
            connection.execute(f"{INSERT} ON CONFLICT (key) DO NOTHING", asdict(operation))
        return self.find(operation.key) or operation

    def list_captures(self, *, code: str, since: float) -> list[Operation]:
        """Return approved charges with a trait, done since then (UTC seconds), oldest first."""
        condition = "kind = 'charge' AND verdict = 'approved' AND code = ? AND done_at >= ? ORDER BY done_at"
        with self._open() as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute(f"SELECT * FROM operation WHERE {condition}", [code, since]).fetchall()
        return [Operation(**row) for row in rows]

    def list_moved(self, *, since: float, before: float) -> Iterator[Operation]:
        """Return what moved money from one instant until before another (UTC seconds), page by page."""
        query = (
            "SELECT rowid AS place, * FROM operation WHERE rowid > ? AND verdict = 'approved'"
            " AND done_at >= ? AND done_at < ? ORDER BY rowid LIMIT 1000"
        )
        place = 0
        while True:
            with self._open() as connection:
                connection.row_factory = sqlite3.Row
                rows = connection.execute(query, [place, since, before]).fetchall()
            yield from (Operation(**{name: row[name] for name in COLUMNS}) for row in rows)
            if not rows:
                return
            place = rows[-1]["place"]

    def decide(
        self, operation: Operation, verdict: str, code: str = "", hard: bool = False, message: str = ""
    ) -> Operation:
        """End an operation that waits for its buyer, unless it has ended, and return it as it is now."""
        with self._open() as connection:
            connection.execute(
                "UPDATE operation SET verdict = ?, code = ?, hard = ?, message = ?"
                " WHERE reference = ? AND verdict = 'needs_buyer'",
                [verdict, code, hard, message, operation.reference],
            )
        return self._one("reference = :value", operation.reference) or operation

    def open_confirmation(self, operation: Operation, token: str, return_url: str) -> str:
        """Remember where the buyer goes after confirming a payment, and return its reference."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO confirmation VALUES (?, ?, ?, 0)"
                " ON CONFLICT (reference) DO UPDATE SET return_url = excluded.return_url",
                [operation.reference, token, return_url],
            )
        return operation.reference

    def find_confirmation(self, reference: str) -> tuple[Operation, str] | None:
        """Return a payment that a buyer was asked to confirm, and where they go then."""
        operation = self._one("reference = :value", reference)
        with self._open() as connection:
            row = connection.execute(
                "SELECT return_url FROM confirmation WHERE reference = ?", [reference]
            ).fetchone()
        return (operation, row[0]) if operation and row else None

    def confirm_token(self, reference: str) -> None:
        """Note that the holder of a token has confirmed a payment."""
        with self._open() as connection:
            connection.execute("UPDATE confirmation SET is_confirmed = 1 WHERE reference = ?", [reference])

    def has_confirmed(self, token: str) -> bool:
        """Tell whether the holder of a token has confirmed a payment before."""
        with self._open() as connection:
            query = "SELECT EXISTS (SELECT 1 FROM confirmation WHERE token = ? AND is_confirmed)"
            return bool(connection.execute(query, [token]).fetchone()[0])

    def record_refund(self, operation: Operation, *, captured_minor: int) -> Operation | None:
        """Write a refund down if those of its capture stay within `captured_minor` (cents), else None."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            (refunded,) = connection.execute(
                "SELECT COALESCE(SUM(amount_minor), 0) FROM operation WHERE refunds = ?", [operation.refunds]
            ).fetchone()
            if refunded + operation.amount_minor > captured_minor:
                return None
            connection.execute(INSERT, asdict(operation))
            connection.execute("COMMIT")
        return operation

    def forget(self, key: str) -> None:
        """Drop the key of an operation, as processors do some time after it; the money stays moved."""
        with self._open() as connection:
            connection.execute("UPDATE operation SET key = key || '#' || reference WHERE key = ?", [key])

    def lose_once(self, key: str) -> bool:
        """Tell whether this is the first request under a key, which a bad line swallows."""
        with self._open() as connection:
            done = connection.execute("INSERT OR IGNORE INTO lost_request VALUES (?)", [key])
            return done.rowcount == 1

    def _one(self, condition: str, value: str) -> Operation | None:
        with self._open() as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute(f"SELECT * FROM operation WHERE {condition}", {"value": value})
            row = found.fetchone()
        return Operation(**row) if row else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection
