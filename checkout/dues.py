"""What is due now and later, in lines and notes, so that a buyer reads each fact of an offer once."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkout.durations import describe_period
from checkout.schedule_text import RecurrentTerms, list_later_days, needs_last_day
from core.local_formats import write_day, write_number
from subscriptions.schedule import DAYS, MONTHS, Frequency


class DueLine(NamedTuple):
    """When, how much, and what the amount is made of, where that is more than one thing."""

    label: str
    amount: str
    parts: str = ""


class Dues(NamedTuple):
    """Lines from now on, and sentences about what they leave open."""

    lines: list[DueLine]
    notes: list[str]


def describe_single(*, total: str, parts: str, starts: bool) -> Dues:
    """Say when a direct charge is due. `starts`: accepting starts it, else its seller does."""
    return Dues([DueLine(_label_start(starts), total, parts)], [_("One-time payment. It does not renew.")])


def describe_recurrent(terms: RecurrentTerms, *, today: datetime) -> Dues:
    """Say when the payments of a subscription are due, if it is activated at this instant (UTC)."""
    anchor = today + terms.trial
    period, parts = describe_period(terms.frequency, terms.interval), write_accounts(terms)
    if terms.trial:
        is_later = _local_day(anchor) > _local_day(today)
        later = _("%(amount)s %(period)s") % {"amount": terms.total, "period": period}
        lines = [
            DueLine(_("Due today") if is_later else _("Due now"), terms.zero),
            DueLine(_("From %(day)s") % {"day": write_day(anchor)}, later, parts),
        ]
    else:
        lines = [DueLine(_label_start(terms.starts), terms.total, parts), DueLine(_("Then"), period)]
    return Dues(lines, _list_notes(terms, anchor))


def write_parts(*, price: str, count: int, per_account: bool) -> str:
    """Return what a total is made of: accounts, or pieces of which there are several; else nothing."""
    parts = {"price": price, "count": write_number(count)}
    if per_account:
        words = ngettext(
            "%(count)s account \N{MULTIPLICATION SIGN} %(price)s",
            "%(count)s accounts \N{MULTIPLICATION SIGN} %(price)s",
            count,
        )
        return words % parts
    return _("%(count)s \N{MULTIPLICATION SIGN} %(price)s") % parts if count > 1 else ""


def write_accounts(terms: RecurrentTerms) -> str:
    """Return what a payment is made of with today's accounts; nothing where they do not count."""
    if terms.accounts is None:
        return ""
    return write_parts(price=terms.price, count=terms.accounts, per_account=True)


def _label_start(starts: bool) -> str:
    return _("Due today") if starts else _("Due on activation")


def _list_notes(terms: RecurrentTerms, anchor: datetime) -> list[str]:
    notes = []
    if terms.accounts is not None:
        notes.append(_("Each payment covers the accounts you have at that time."))
    if terms.frequency in DAYS:
        return notes
    later = list_later_days(terms, anchor)
    if needs_last_day(anchor, later):
        is_yearly = MONTHS[Frequency(terms.frequency)] * terms.interval % 12 == 0
        notes.append(
            _("In other years, you pay on 28 February.")
            if is_yearly
            else _("In shorter months, you pay on the last day.")
        )
    is_known = terms.starts or bool(terms.trial)
    if is_known and any(_local_day(instant) != instant.date() for instant in [anchor, *later]):
        notes.append(_("Payment days are counted in UTC."))
    return notes


def _local_day(instant: datetime) -> date:
    return instant.astimezone(get_current_timezone()).date()
