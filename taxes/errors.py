"""Faults of the table of rates."""

from datetime import date

from core.errors import BillingError


class RateMissing(BillingError):
    """The rates of a country have a gap: it has some, and none on this day."""

    def __init__(self, country: str, day: date) -> None:
        super().__init__(country=country, day=day)
        self.country, self.day = country, day
