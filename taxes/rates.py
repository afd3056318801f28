"""Finding rates: one query for all that a batch needs."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from taxes.errors import RateMissing
from taxes.models import TaxKind, TaxRate
from taxes.rules import Party, TaxCategory, Treatment, treat_sale


class AppliedTax(NamedTuple):
    """How a sale is treated, whose rate it bears, and that rate in basis points."""

    category: TaxCategory
    country: str
    basis_points: int


class RateTable:
    """The standard rates of some countries, read once."""

    def __init__(self, countries: Iterable[str]) -> None:
        rows = TaxRate.objects.filter(country__in={*countries} - {""}, kind=TaxKind.STANDARD)
        self._rates = list(rows.values_list("country", "basis_points", "valid_from", "valid_to"))

    def find(self, country: str, day: date) -> int | None:
        """Return the rate of a country on a day in basis points, None if there is none."""
        for known, basis_points, valid_from, valid_to in self._rates:
            if known == country and valid_from <= day and (valid_to is None or day <= valid_to):
                return int(basis_points)
        return None

    def find_nearest(self, country: str, day: date) -> int:
        """Return the rate (basis points) that a gap came after, or else before. Raises LookupError."""
        known = [row for row in self._rates if row[0] == country]
        earlier = [row for row in known if row[2] <= day]
        if earlier:
            return int(max(earlier, key=_first_day)[1])
        if known:
            return int(min(known, key=_first_day)[1])
        raise LookupError(country)

    def apply(self, *, seller: Party, buyer: Party, day: date) -> AppliedTax:
        """Return the tax on a sale of this day; a country that has no rates at all here bears none.

        Raises RateMissing where a country has rates and none of this day: no tax would be a guess.
        """
        return self._apply(treat_sale(seller=seller, buyer=buyer), day)

    def _apply(self, treatment: Treatment, day: date) -> AppliedTax:
        country = treatment.country
        if not country:
            return AppliedTax(treatment.category, "", 0)
        if not any(row[0] == country for row in self._rates):
            return AppliedTax(TaxCategory.OUT_OF_SCOPE, "", 0)
        rate = self.find(country, day)
        if rate is None:
            raise RateMissing(country, day)
        return AppliedTax(TaxCategory.STANDARD if rate else TaxCategory.ZERO, country, rate)


def _first_day(row: tuple[str, int, date, date | None]) -> date:
    return row[2]
