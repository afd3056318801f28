"""Spreadsheets of exactly what a list shows, in constant memory: numbers are numbers, instants dates."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import cached_property
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone

from backoffice.admin.exports import Exported, read_rows

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Excel takes 1,048,576 rows. So many are made while somebody waits; a CSV file has no end.
MOST_ROWS = 50_000
LONGEST_TEXT = 32_767
PART = 2**16  # Bytes.
FIRST_YEAR = 1900  # Of the calendar of spreadsheets.
Rows = Iterator[list[Any]]
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def has_too_many_rows(rows: QuerySet[Any]) -> bool:
    """Say whether there are more rows than a spreadsheet is made of."""
    return rows.order_by("-pk").values_list("pk")[MOST_ROWS : MOST_ROWS + 1].exists()


def write_spreadsheet(rows: QuerySet[Any], columns: tuple[Exported, ...], *, by: str) -> Iterator[bytes]:
    """Return the parts of a file with the columns and rows of the CSV file; it is made when read."""
    return _write(read_rows(rows, columns, by=by), columns, get_current_timezone())


def _write(rows: Rows, columns: tuple[Exported, ...], zone: tzinfo) -> Iterator[bytes]:
    # Not before somebody asks for one: each web process would load it.
    from xlsxwriter import Workbook

    with TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, **SAFE}) as book:
            sheet = Sheet(book)
            sheet.write(name for column in columns for name in column.names)
            for cells in _lay_out(rows, columns, zone):
                sheet.write(cells)
        file.seek(0)
        yield from iter(lambda: file.read(PART), b"")


class Sheet:
    """The one sheet of a book, written from the top."""

    def __init__(self, book: "Workbook") -> None:
        self.book, self.row = book, 0
        self.sheet: Worksheet = book.add_worksheet()
        self.sheet.freeze_panes(1, 0)
        self._amounts: dict[int, Format] = {}

    def write(self, cells: Iterable[Any]) -> None:
        """Write a row; text is never taken for a formula or a link."""
        for place, cell in enumerate(cells):
            self._write_cell(place, cell)
        self.row += 1

    @cached_property
    def _instant(self) -> "Format":
        return self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def _write_cell(self, place: int, cell: Any) -> None:
        if isinstance(cell, bool):
            self.sheet.write_boolean(self.row, place, cell)
        elif isinstance(cell, Decimal):
            self.sheet.write_number(self.row, place, cell, self._find_format(cell))
        elif isinstance(cell, int):
            self.sheet.write_number(self.row, place, cell)
        elif isinstance(cell, datetime) and cell.year >= FIRST_YEAR:
            self.sheet.write_datetime(self.row, place, cell.replace(tzinfo=None), self._instant)
        elif cell not in (None, ""):
            self.sheet.write_string(self.row, place, str(cell)[:LONGEST_TEXT])

    def _find_format(self, amount: Decimal) -> "Format":
        """Return the format with the decimals of a currency."""
        decimals = max(0, -int(amount.as_tuple().exponent))
        if decimals not in self._amounts:
            pattern = "0." + "0" * decimals if decimals else "0"
            self._amounts[decimals] = self.book.add_format({"num_format": pattern})
        return self._amounts[decimals]


def _lay_out(rows: Rows, columns: tuple[Exported, ...], zone: tzinfo) -> Iterator[Iterator[Any]]:
    for values in rows:
        given = iter(values)
        yield (cell for column in columns for cell in column.lay(zone, *(next(given) for _ in column.fields)))
