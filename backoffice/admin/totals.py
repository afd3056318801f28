"""Sums of what a list shows, of a bounded number of rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from core.money import Money

TOTALLED = 10_000
ADD_UP = """
SELECT {names}, MAX(place), SUM({minor}) FILTER (WHERE place <= {most})
FROM (SELECT *, row_number() OVER () AS place FROM ({newest}) newest) numbered GROUP BY {names}
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and what they come to per currency, live or test, and kind of row."""

    said: str
    sums: list[str]


def add_up_rows(
    rows: QuerySet[Any], fields: tuple[str, ...], name: Callable[..., str], *, is_test: Q | None
) -> Totals:
    """Return the sums of the first TOTALLED rows; the last two fields are the currency and the cents.

    `name` says what a sum is of, given the fields before these two. `is_test` tells test money, which has
    sums of its own, from live money; None where all rows are live.
    """
    *kinds, minor = "in_tests", *fields
    try:
        taken = _mark_tests(rows, is_test).values_list(*kinds, minor)[: TOTALLED + 1]
        newest, params = taken.query.sql_with_params()
    except EmptyResultSet:  # Django knows that nothing can be found.
        return Totals(_count(0), [])
    sql = ADD_UP.format(names=", ".join(kinds), minor=minor, newest=newest, most=TOTALLED)
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    sums = [(row[0], row[1:-3], Money(int(row[-1]), row[-3])) for row in found if row[-1] is not None]
    written = sorted((test, f"{name(*kind)} {money}".strip()) for test, kind, money in sums)
    return Totals(
        _count(max((last for *_, last, _ in found), default=0)),
        [f"{said} (test)" if test else said for test, said in written],
    )


def _mark_tests(rows: QuerySet[Any], is_test: Q | None) -> QuerySet[Any]:
    cases = [] if is_test is None else [When(is_test, then=Value(True))]
    return rows.annotate(in_tests=Case(*cases, default=Value(False), output_field=BooleanField()))


def _count(found: int) -> str:
    if found > TOTALLED:
        return f"The first {TOTALLED:,} rows of more"
    return "1 row" if found == 1 else f"{found:,} rows"


def name_kind(kind: str = "") -> str:
    """Return what a sum is of by the kind of its rows: Refunds; nothing where rows have no kinds."""
    return f"{kind.replace('_', ' ').capitalize()}s" if kind else ""
