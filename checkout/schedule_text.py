"""Sentences about the payments of a subscription, in the active language and time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from checkout.durations import describe_duration, describe_period
from core.local_formats import write_day, write_day_of_year, write_number
from subscriptions.schedule import DAYS, MONTHS, Frequency, occurrence

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
    # No money at all, written out.
    zero: str = ""
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
        return describe_duration(self.trial)

    @property
    def amount(self) -> str:
        """What one payment comes to, as far as that is known today."""
        if self.accounts is None:
            return self.total
        parts = {"price": self.price, "total": self.total, "accounts": write_number(self.accounts)}
        return _("%(total)s (%(accounts)s \N{MULTIPLICATION SIGN} %(price)s)") % parts


def describe_schedule(
    terms: RecurrentTerms, *, first_at: datetime, anchor_at: datetime, is_first: bool = True
) -> str:
    """Say when the first or next payment is and when those after it are, until the buyer cancels."""
    if terms.test and is_first:
        words = _("First test payment: %(amount)s on %(day)s, then %(again)s until you cancel.")
    elif terms.test:
        words = _("Next test payment: %(amount)s on %(day)s, then %(again)s until you cancel.")
    elif is_first:
        words = _("First payment: %(amount)s on %(day)s, then %(again)s until you cancel.")
    else:
        words = _("Next payment: %(amount)s on %(day)s, then %(again)s until you cancel.")
    again = _describe_days(terms, anchor_at)
    return words % {"amount": terms.amount, "day": write_day(first_at), "again": again}


def list_later_days(terms: RecurrentTerms, anchor: datetime) -> list[datetime]:
    """Return the instants (UTC) of enough payments after the first one to show what months do to its day."""
    numbers = range(1, ENOUGH_PERIODS)
    return [occurrence(anchor, number, terms.frequency, terms.interval) for number in numbers]


def needs_last_day(anchor: datetime, later: Sequence[datetime]) -> bool:
    """Say whether some months, or years, lack the day on which it all began."""
    return any(instant.day != anchor.day for instant in later)


def _describe_days(terms: RecurrentTerms, anchor: datetime) -> str:
    """Say on which days payments are. They are counted in UTC, which is said where the reader's differ."""
    period = describe_period(terms.frequency, terms.interval)
    if terms.frequency in DAYS:
        return period
    months = MONTHS[Frequency(terms.frequency)] * terms.interval
    days = _choose_days(months) % {
        "period": period,
        "day": _write_day_of_month(anchor.day),
        "date": write_day_of_year(anchor),
    }
    later = list_later_days(terms, anchor)
    if any(_local_day(instant) != instant.date() for instant in [anchor, *later]):
        days = _("%(days)s (in UTC)") % {"days": days}
    if not needs_last_day(anchor, later):
        return days
    if months % 12 == 0:
        return _("%(days)s (in other years on 28 February)") % {"days": days}
    return _("%(days)s (in shorter months on the last day)") % {"days": days}


def _choose_days(months: int) -> str:
    """Return the words for a payment in so many months."""
    if months % 12 == 0:
        return _("on %(date)s %(period)s")
    return _("on the %(day)s of every month") if months == 1 else _("on the %(day)s %(period)s")


def _write_day_of_month(day: int) -> str:
    """Return the day of a month as it is counted: English has four endings, other languages one or none."""
    ending = 0 if day in (11, 12, 13) else day % 10
    words = {
        1: pgettext("day of the month", "%(day)sst"),
        2: pgettext("day of the month", "%(day)snd"),
        3: pgettext("day of the month", "%(day)srd"),
    }
    return words.get(ending, pgettext("day of the month", "%(day)sth")) % {"day": write_number(day)}


def _local_day(instant: datetime) -> date:
    return instant.astimezone(get_current_timezone()).date()
