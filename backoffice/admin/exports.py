"""Files of exactly what a list shows: CSV that is streamed page by page, with columns that stay."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone

from bookkeeping.exports.cells import write_instant, write_rows
from core.money import Money

PAGE = 1_000


class Exported(NamedTuple):
    """Some columns of a file: their names, their fields, and how to write them in the reader's zone.

    `write` returns them for CSV, `lay` as numbers, instants and text for a spreadsheet.
    """

    names: tuple[str, ...]
    fields: tuple[str, ...]
    write: Callable[..., tuple[Any, ...]]
    lay: Callable[..., tuple[Any, ...]]


def text(name: str, field: str = "") -> Exported:
    """Return a column of a field as it is."""
    return Exported(
        (name,),
        (field or name,),
        lambda zone, value: ("" if value is None else str(value),),
        lambda zone, value: (value,),
    )


def amount(name: str, field: str, *, currency: str = "currency") -> Exported:
    """Return three columns of an amount: in units, in the smallest ones, and the currency (ISO 4217)."""
    return Exported(
        (name, f"{name}_minor", f"{name}_currency"),
        (field, currency),
        lambda zone, minor, code: ("", "", "") if minor is None else (Money(minor, code).units, minor, code),
        lambda zone, minor, code: (
            (None, None, None) if minor is None else (Money(minor, code).units, minor, code)
        ),
    )


def instant(name: str, field: str) -> Exported:
    """Return two columns of an instant: in UTC, and in the reader's time zone."""
    return Exported(
        (f"{name}_utc", f"{name}_local"),
        (field,),
        lambda zone, at: (write_instant(at), _write_local(at, zone)),
        lambda zone, at: (None, None) if at is None else (at.astimezone(UTC), at.astimezone(zone)),
    )


def write_file(rows: QuerySet[Any], columns: tuple[Exported, ...], *, by: str = "pk") -> Iterator[str]:
    """Return the lines of a CSV file, newest first; cells that look like formulas are text.

    `by` is the field of the index that finds the rows, whose order they are in; it is never null.
    """
    return write_rows(_write(rows, columns, by, get_current_timezone()))


def _write(rows: QuerySet[Any], columns: tuple[Exported, ...], by: str, zone: tzinfo) -> Iterator[list[Any]]:
    yield [name for column in columns for name in column.names]
    for values in read_rows(rows, columns, by=by):
        cells: list[Any] = []
        given = iter(values)
        for column in columns:
            cells += column.write(zone, *(next(given) for _ in column.fields))
        yield cells


def _write_local(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else at.astimezone(zone).isoformat(" ", "seconds")


def read_rows(rows: QuerySet[Any], columns: tuple[Exported, ...], *, by: str) -> Iterator[list[Any]]:
    """Yield the values of all rows, a page after the other, each beginning below the last."""
    fields = [field for column in columns for field in column.fields]
    newest = rows.order_by(f"-{by}", "-pk").values_list("pk", by, *fields)
    page = list(newest[:PAGE])
    while page:
        yield from (values for _, _, *values in page)
        pk, last, *_ = page[-1]
        # The first bound says nothing new, but an index goes on from it.
        below = Q(**{f"{by}__lte": last}) & (Q(**{f"{by}__lt": last}) | Q(pk__lt=pk))
        page = list(newest.filter(below)[:PAGE]) if len(page) == PAGE else []
