"""Cells of CSV files that spreadsheets show and never compute."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

# What a spreadsheet takes for the beginning of a formula, also behind blanks.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
FULLWIDTH = ("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}")


def guard_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: such text gets an apostrophe before it."""
    begins = text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith((*STARTS_A_FORMULA, *FULLWIDTH))
    return f"'{text}" if begins else text


def write_instant(instant: datetime | None) -> str:
    """Return RFC 3339 in UTC with whole seconds; nothing for none."""
    return "" if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_rows(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Return the lines of a CSV file; numbers are written as they are, text is guarded.

    An amount is a number (`Money.units`): as text, one below zero would be guarded, and never added up.
    """
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([guard_text(cell) if type(cell) is str else cell for cell in row])


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line
