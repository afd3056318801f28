"""Taking numbers from series, many at once: one statement a series, under the lock of its row."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from core.bulk import run_query
from invoicing.models import PaperKind, Series

TAKE = """
UPDATE invoicing_series SET last = last + %s
WHERE issuer_id IS NOT DISTINCT FROM %s AND kind = %s AND year = %s AND livemode = %s
RETURNING id, prefix, last - %s
"""
LETTERS = {PaperKind.INVOICE: "INV", PaperKind.CREDIT_NOTE: "CN"}


class SeriesKey(NamedTuple):
    """Which series: that of a seller (by primary key and licence), or of the marketplace."""

    issuer_id: int | None
    license_id: int | None
    kind: str
    year: int
    livemode: bool

    @property
    def prefix(self) -> str:
        """What its numbers begin with; those of specimens cannot be taken for others."""
        whose = "" if self.license_id is None else f"S{self.license_id}-"
        return f"{'' if self.livemode else 'TEST-'}{whose}{LETTERS[PaperKind(self.kind)]}-{self.year}-"


class Number(NamedTuple):
    """A number that was taken: its series, itself, and in full."""

    series_id: int
    number: int
    name: str


def take_numbers(keys: Iterable[SeriesKey]) -> list[Number]:
    """Return a number for each key, in their order, in the caller's transaction, which writes their papers.

    When it commits, the database looks whether each number has its paper.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    wanted = [*keys]
    counts = Counter(wanted)
    given = {key: _take(key, counts[key]) for key in sorted(counts, key=str)}
    numbers = []
    for key in wanted:
        series_id, prefix, last = given[key]
        given[key] = (series_id, prefix, last + 1)
        numbers.append(Number(series_id, last + 1, f"{prefix}{last + 1:06}"))
    return numbers


def _take(key: SeriesKey, count: int) -> tuple[int, str, int]:
    """Return the series, its prefix and the last number before those taken; a new year begins a series."""
    params = [count, key.issuer_id, key.kind, key.year, key.livemode, count]
    found = run_query(TAKE, params)
    if not found:
        Series.objects.bulk_create([_make(key)], ignore_conflicts=True)
        found = run_query(TAKE, params)
    [(series_id, prefix, last)] = found
    return series_id, prefix, last


def _make(key: SeriesKey) -> Series:
    return Series(
        issuer_id=key.issuer_id, kind=key.kind, year=key.year, livemode=key.livemode, prefix=key.prefix
    )
