"""Finding rates: one query for all that a batch needs."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

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

    def apply(self, *, seller: Party, buyer: Party, day: date) -> AppliedTax:
        """Return the tax on a sale of this day; a country without a rate here bears none."""
        return self._apply(treat_sale(seller=seller, buyer=buyer), day)

    def _apply(self, treatment: Treatment, day: date) -> AppliedTax:
        if not treatment.country:
            return AppliedTax(treatment.category, "", 0)
        rate = self.find(treatment.country, day)
        if rate is None:
            return AppliedTax(TaxCategory.OUT_OF_SCOPE, "", 0)
        return AppliedTax(TaxCategory.STANDARD if rate else TaxCategory.ZERO, treatment.country, rate)
