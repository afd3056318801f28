"""Cards and open card pages in the sandbox's own books, beside its operations."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.cards import CardToken

SCHEMA = """
CREATE TABLE IF NOT EXISTS card_entry (
    session TEXT PRIMARY KEY, customer TEXT NOT NULL, return_url TEXT NOT NULL, cancel_url TEXT NOT NULL,
    token TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS card (
    token TEXT PRIMARY KEY, brand TEXT NOT NULL, last4 TEXT NOT NULL, exp_month INTEGER NOT NULL,
    exp_year INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS forgotten_token (token TEXT PRIMARY KEY);
"""
KEEP = "INSERT INTO card VALUES (:token, :brand, :last4, :exp_month, :exp_year)"


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """A page on which a card is entered; the token is empty until then."""

    session: str
    customer: str
    return_url: str
    cancel_url: str
    token: str


class SandboxCardStore:
    """Opens the file of the sandbox's books for one short piece of work at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.executescript(SCHEMA)

    def open_entry(self, session: str, *, customer: str, return_url: str, cancel_url: str) -> None:
        """Write down a new page."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO card_entry VALUES (?, ?, ?, ?, '')", [session, customer, return_url, cancel_url]
            )

    def find_entry(self, session: str) -> OpenedEntry | None:
        """Return the page of a session."""
        row = self._one("SELECT * FROM card_entry WHERE session = ?", session)
        return OpenedEntry(**row) if row else None

    def close_entry(self, session: str, *, token: str) -> None:
        """Write down what was entered on a page, the first time only."""
        with self._open() as connection:
            connection.execute(
                "UPDATE card_entry SET token = ? WHERE session = ? AND token = ''", [token, session]
            )

    def keep(self, card: CardToken) -> None:
        """Keep a card."""
        with self._open() as connection:
            connection.execute(KEEP, asdict(card))

    def find(self, token: str) -> CardToken | None:
        """Return a card that is kept."""
        row = self._one("SELECT * FROM card WHERE token = ?", token)
        return CardToken(**row) if row else None

    def forget(self, token: str) -> None:
        """Keep in mind that a token must not be charged any more, and drop its card."""
        with self._open() as connection:
            connection.execute("DELETE FROM card WHERE token = ?", [token])
            connection.execute("INSERT OR IGNORE INTO forgotten_token VALUES (?)", [token])

    def has_forgotten(self, token: str) -> bool:
        """Say whether a token must not be charged any more."""
        return self._one("SELECT token FROM forgotten_token WHERE token = ?", token) is not None

    def _one(self, query: str, value: str) -> sqlite3.Row | None:
        with self._open() as connection:
            connection.row_factory = sqlite3.Row
            row: sqlite3.Row | None = connection.execute(query, [value]).fetchone()
        return row

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection
