"""Lengths of time and how often, in words of the active language."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from core.local_formats import write_number
from subscriptions.schedule import MONTHS, Frequency


def describe_period(frequency: str, interval: int) -> str:
    """Return how often, such as "every month", "every 3 months" or, for 12 months, "every year"."""
    unit, count = Frequency(frequency), interval
    months = MONTHS.get(unit, 0) * interval
    if months and months % 12 == 0:
        unit, count = Frequency.YEARLY, months // 12
    words = {
        Frequency.DAILY: ngettext("every day", "every %(count)s days", count),
        Frequency.WEEKLY: ngettext("every week", "every %(count)s weeks", count),
        Frequency.MONTHLY: ngettext("every month", "every %(count)s months", count),
        Frequency.YEARLY: ngettext("every year", "every %(count)s years", count),
    }
    return words[unit] % {"count": write_number(count)}


def describe_duration(duration: timedelta) -> str:
    """Return a length of time by its two largest units, rounded down, such as "9 days and 23 hours"."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    words = [
        (days, ngettext("%(count)s day", "%(count)s days", days)),
        (hours, ngettext("%(count)s hour", "%(count)s hours", hours)),
        (minutes, ngettext("%(count)s minute", "%(count)s minutes", minutes)),
        (seconds, ngettext("%(count)s second", "%(count)s seconds", seconds)),
    ]
    largest, *smaller = [text % {"count": write_number(count)} for count, text in words if count] or [""]
    return _("%(first)s and %(second)s") % {"first": largest, "second": smaller[0]} if smaller else largest


def describe_wait(seconds: int) -> str:
    """Return how long to wait: seconds, or minutes rounded up."""
    if seconds < 120:
        count, words = seconds, npgettext("wait", "%(count)s second", "%(count)s seconds", seconds)
    else:
        count = -(-seconds // 60)
        words = npgettext("wait", "%(count)s minute", "%(count)s minutes", count)
    return words % {"count": write_number(count)}
