"""The formats in which the journal can be had."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bookkeeping.exports import beancount, journal_csv


class Format(NamedTuple):
    """How a file is written, and what it is called."""

    write: Callable[..., Iterator[str]]
    ending: str
    media_type: str


FORMATS = {
    "csv": Format(journal_csv.write_journal, "csv", "text/csv; charset=utf-8"),
    "beancount": Format(beancount.write_journal, "beancount", "text/plain; charset=utf-8"),
}
