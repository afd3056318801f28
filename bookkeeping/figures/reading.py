"""Reading the figures by day: sums and series per currency. Amounts are cents, days UTC, ends included."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from bookkeeping.models import DailyFigure, Figure, FigureMark


@dataclass(frozen=True, slots=True)
class Sums:
    """What a figure comes to, and how many rows that are."""

    amount_minor: int = 0
    count: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.amount_minor + other.amount_minor, self.count + other.count)


Series = Mapping[date, Sums]


def read_counted_at() -> datetime | None:
    """Return until when the figures are complete (UTC); None before the first count."""
    return FigureMark.objects.filter(id=1).values_list("counted_at", flat=True).first()


def read_series(start: date, end: date, *, livemode: bool) -> dict[str, dict[Figure, Series]]:
    """Return the figures of some days by currency; days on which nothing was are left out."""
    rows = DailyFigure.objects.filter(name__in=Figure.values, livemode=livemode, day__range=(start, end))
    found: dict[str, dict[Figure, dict[date, Sums]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.order_by("day"):
        found[row.currency][Figure(row.name)][row.day] = Sums(row.amount_minor, row.count)
    return {currency: dict(figures) for currency, figures in found.items()}


def read_owed(end: date, *, livemode: bool) -> dict[str, int]:
    """Return what all sellers were owed at the end of a day, by currency."""
    grown = DailyFigure.objects.filter(name=Figure.OWED, livemode=livemode, day__lte=end)
    sums = grown.order_by().values("currency").annotate(owed=Sum("amount_minor"))
    return {row["currency"]: int(row["owed"]) for row in sums}
