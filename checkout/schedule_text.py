"""Sentences about the payments of an offer: pure functions of terms and an instant (UTC)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import dateformat

from subscriptions.schedule import DAYS, MONTHS, Frequency, occurrence

UNITS = {
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}
ENOUGH_PERIODS = 48


@dataclass(frozen=True, slots=True)
class RecurrentTerms:
    """What is paid how often; amounts are written out. `accounts` is None unless each of them is paid for."""

    price: str
    total: str
    accounts: int | None
    frequency: str
    interval: int
    trial_days: int = 0
    test: bool = False

    @property
    def amount(self) -> str:
        """What one payment comes to, as far as that is known today."""
        if self.accounts is None:
            return self.total
        return f"{self.price} per account ({self.total} with today's {self.accounts})"

    @property
    def payment(self) -> str:
        """What a payment is called: nobody is charged in a test."""
        return "test payment" if self.test else "charge"


def describe_period(frequency: str, interval: int) -> str:
    """Return how often, such as "every month", "every 3 months" or, for 12 months, "every year"."""
    months = _count_months(frequency, interval)
    if months and months % 12 == 0:
        unit, count = "year", months // 12
    else:
        unit, count = UNITS[Frequency(frequency)], interval
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def describe_offer(terms: RecurrentTerms, *, today: datetime) -> str:
    """Say what accepting leads to, supposing that the seller activates on this day (UTC)."""
    anchor = today + timedelta(days=terms.trial_days)
    if terms.trial_days:
        return f"Nothing today. {describe_schedule(terms, first_at=anchor, anchor_at=anchor)}"
    again = _describe_days(terms, anchor, is_known=False)
    return (
        f"First {terms.payment} {terms.amount} when the seller activates it, which is usually at once,"
        f" then {again} until you cancel."
    )


def describe_schedule(
    terms: RecurrentTerms, *, first_at: datetime, anchor_at: datetime, which: str = "First"
) -> str:
    """Say when the first or next payment is and when those after it are, until the buyer cancels."""
    again = _describe_days(terms, anchor_at, is_known=True)
    return (
        f"{which} {terms.payment} {terms.amount} on {describe_date(first_at)}, then {again} until you cancel."
    )


def describe_date(instant: datetime) -> str:
    """Return a day as it is written in English, such as "4 December 2026"."""
    return dateformat.format(instant, "j F Y")


def _describe_days(terms: RecurrentTerms, anchor: datetime, *, is_known: bool) -> str:
    period = describe_period(terms.frequency, terms.interval)
    if terms.frequency in DAYS:
        return period
    in_years = "year" in period
    day = dateformat.format(anchor, "j F" if in_years else r"\t\h\e jS") if is_known else "the same day"
    days = f"on {day} of {period}" if period == "every month" else f"on {day} {period}"
    return f"{days}{_describe_month_end(terms, anchor, in_years=in_years)}"


def _describe_month_end(terms: RecurrentTerms, anchor: datetime, *, in_years: bool) -> str:
    """Say what happens in a month without that day, when there will be one among the payments."""
    later = (
        occurrence(anchor, number, terms.frequency, terms.interval) for number in range(1, ENOUGH_PERIODS)
    )
    if all(instant.day == anchor.day for instant in later):
        return ""
    return ", in other years on 28 February," if in_years else ", in shorter months on the last day,"


def _count_months(frequency: str, interval: int) -> int:
    return MONTHS.get(Frequency(frequency), 0) * interval
