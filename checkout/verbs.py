"""What the button of an offer says: what it does, and for how much."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkout.durations import describe_period
from checkout.schedule_text import RecurrentTerms
from core.local_formats import write_number
from subscriptions.schedule import Frequency

ONE_DAY = timedelta(days=1)


def name_payment(total: str, *, test: bool) -> str:
    """Return what accepting a direct charge is called, such as "Pay $37.50"."""
    if test:
        return _("Make a test payment")
    return _("Pay %(amount)s") % {"amount": total}


def name_subscription(terms: RecurrentTerms) -> str:
    """Return what accepting a subscription is called, such as "Start 14-day trial"."""
    if terms.trial:
        return _name_trial(terms)
    if terms.test:
        return _("Start test subscription")
    return _choose_rate(terms) % {
        "amount": terms.total,
        "period": describe_period(terms.frequency, terms.interval),
    }


def _name_trial(terms: RecurrentTerms) -> str:
    """Name the days of a trial that is whole days; the page tells what is left of another one."""
    days, rest = divmod(terms.trial, ONE_DAY)
    if terms.test:
        return _("Start trial as a test")
    if rest:
        return _("Start trial")
    return ngettext("Start %(count)s-day trial", "Start %(count)s-day trial", days) % {
        "count": write_number(days)
    }


def _choose_rate(terms: RecurrentTerms) -> str:
    rates = {
        Frequency.DAILY: _("Subscribe for %(amount)s a day"),
        Frequency.WEEKLY: _("Subscribe for %(amount)s a week"),
        Frequency.MONTHLY: _("Subscribe for %(amount)s a month"),
        Frequency.YEARLY: _("Subscribe for %(amount)s a year"),
    }
    is_once_a_unit = terms.interval == 1
    others = _("Subscribe for %(amount)s %(period)s")
    return rates[Frequency(terms.frequency)] if is_once_a_unit else others
