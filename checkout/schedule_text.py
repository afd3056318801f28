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
    # What is left of it, None for all.
    trial_seconds: int | None = None
    test: bool = False
    # Accepting starts it; else the seller does.
    starts: bool = False

    @property
    def trial(self) -> timedelta:
        """How long nothing is paid at first."""
        days = timedelta(days=self.trial_days)
        return days if self.trial_seconds is None else timedelta(seconds=self.trial_seconds)

    @property
    def has_used_trial(self) -> bool:
        """Whether less of the trial is left than is offered."""
        return self.trial < timedelta(days=self.trial_days)

    @property
    def trial_text(self) -> str:
        """How long the trial is, such as "14 days"; empty for none."""
        return describe_duration(self.trial) if self.trial else ""

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
    """Say what accepting leads to, supposing that it is activated at this instant (UTC)."""
    anchor = today + terms.trial
    if terms.trial:
        start = "Nothing today" if anchor.date() > today.date() else "Nothing at first"
        return f"{start}. {describe_schedule(terms, first_at=anchor, anchor_at=anchor)}"
    again = _describe_days(terms, anchor, is_known=terms.starts)
    start = "at once" if terms.starts else "when the seller activates it, which is usually at once"
    return f"First {terms.payment} {terms.amount} {start}, then {again} until you cancel."


def describe_duration(duration: timedelta) -> str:
    """Return a length of time by its two largest units, rounded down, such as "9 days and 23 hours"."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counts = {"day": days, "hour": hours, "minute": minutes, "second": seconds}
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in counts.items() if count]
    return " and ".join(words[:2])


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
