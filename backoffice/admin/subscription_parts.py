"""Filters of the subscription list, and related rows on a subscription's admin page."""

from django.contrib import admin
from django.template.loader import render_to_string

from backoffice.admin.attempts import AttemptColumns
from backoffice.admin.charges import draw_status
from backoffice.admin.inlines import NewestFormSet, NewestInline
from backoffice.admin.looks import LookFilter
from backoffice.charge_presenters import describe_failure, describe_period
from backoffice.columns import instant, link_to, money
from backoffice.questions import ACCEPTED, DUE, FROZEN_LATELY, HELD, LAPSED, RETRIED
from charges.models import Charge
from subscriptions.models import SubscriptionChange


class TroubleFilter(LookFilter):
    """The questions of every day."""

    questions = (HELD, RETRIED, FROZEN_LATELY, DUE, ACCEPTED, LAPSED)


class PeriodInline(NewestInline):
    """The charges of the newest periods."""

    model = Charge
    fk_name = "subscription"
    hide_title = True
    verbose_name_plural = "periods"
    status_badge = draw_status
    due = instant("due_at", "begins")
    total = money("total_minor", "amount")
    finished = instant("finished_at", "collected or given up")
    next_try = instant("collect_at", "next try")
    fields = readonly_fields = ("charge", "due", "status_badge", "total", "failure", "next_try", "finished")

    @admin.display(description="period")
    def charge(self, charge: Charge) -> str | None:
        """Link to the charge."""
        return link_to(charge, describe_period(charge))

    @admin.display(description="failure")
    def failure(self, charge: Charge) -> str | None:
        """Show why it could not be collected."""
        return describe_failure(charge)


class HistoryFormSet(NewestFormSet):
    """A few years of it."""

    at_most = 100


class SubscriptionHistoryInline(NewestInline):
    """Who changed the status or did something else, when and why."""

    model = SubscriptionChange
    formset = HistoryFormSet
    hide_title = True
    verbose_name_plural = "history"
    at = instant("created_at", "at")
    fields = readonly_fields = ("from_status", "to_status", "at", "actor", "reason")


ATTEMPT_HEADERS = ("Attempt", "State", "What the gateway said", "Sent", "Next question")


def draw_attempts(charge: Charge) -> str:
    """Return a table of the attempts to collect a charge, newest first."""
    show = AttemptColumns()
    rows = [
        [
            link_to(attempt, str(attempt.number)),
            show.state_badge(attempt),
            show.said(attempt) or "-",
            show.sent(attempt),
            show.next_check(attempt) or "-",
        ]
        for attempt in charge.attempts.order_by("-number")
    ]
    table = {"headers": ATTEMPT_HEADERS, "rows": rows}
    return render_to_string("unfold/components/table.html", {"table": table})
