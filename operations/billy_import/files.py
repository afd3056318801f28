"""The files of a dump, read line by line whatever their size."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from core.errors import BillingError
from operations.billy_import.rows import Row

Refuse = Callable[[int, str], None]


class UnreadableFile(BillingError):
    """A file of the dump is missing or is not a table of Billy's."""


def read_rows(path: Path, columns: tuple[str, ...], refuse: Refuse) -> Iterator[Row]:
    """Yield the rows of a table that has at least these columns, and refuse lines that are not CSV.

    Raises UnreadableFile.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            yield from _read_lines(file, path.name, columns, refuse)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error


def _read_lines(file: TextIO, name: str, columns: tuple[str, ...], refuse: Refuse) -> Iterator[Row]:
    reader = csv.reader(file, strict=True)
    header = _read_header(reader, name, columns)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            refuse(number, f"not CSV: {error}")
            continue
        if len(cells) == len(header):
            yield Row(number, dict(zip(header, cells, strict=True)))
        elif cells:
            refuse(number, f"has {len(cells)} values instead of {len(header)}")


def _read_header(reader: Iterator[list[str]], name: str, columns: tuple[str, ...]) -> list[str]:
    try:
        header = next(reader)
    except (StopIteration, csv.Error):
        raise UnreadableFile(f"{name} has no line with the names of its columns.") from None
    missing = [column for column in columns if column not in header]
    if missing:
        raise UnreadableFile(f"{name} has no column {', '.join(missing)}; was it written with a header?")
    if len({*header}) < len(header):
        raise UnreadableFile(f"{name} has two columns of the same name.")
    return header
