"""Sums of what a list shows, of a bounded number of rows."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.money import Money

TOTALLED = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and what they come to per currency, with a word where kinds differ."""

    said: str
    sums: list[str]


def add_up_rows(rows: QuerySet[Any], fields: tuple[str, ...]) -> Totals:
    """Return the sums of the first TOTALLED rows; the last two fields are the currency and the cents."""
    found = list(rows.values_list(*fields)[: TOTALLED + 1])
    sums: Counter[tuple[str, ...]] = Counter()
    for *kind, currency, minor in found[:TOTALLED]:
        sums[*kind, currency] += minor
    written = [
        " ".join([*map(_name, kind), str(Money(minor, code))]) for (*kind, code), minor in sums.items()
    ]
    return Totals(_count(len(found)), sorted(written))


def _count(found: int) -> str:
    if found > TOTALLED:
        return f"The first {TOTALLED:,} rows of more"
    return "1 row" if found == 1 else f"{found:,} rows"


def _name(kind: str) -> str:
    return f"{kind.replace('_', ' ').capitalize()}s"
