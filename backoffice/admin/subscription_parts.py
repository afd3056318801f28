"""Filters of the subscription list, and related rows on a subscription's admin page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from backoffice.admin.attempts import AttemptColumns
from backoffice.admin.base import NewestFormSet, NewestInline
from backoffice.admin.charges import draw_status
from backoffice.charge_presenters import describe_failure, describe_period
from backoffice.columns import instant, link_to, money
from backoffice.subscription_filters import QUESTIONS
from charges.models import Charge
from subscriptions.models import Subscription, SubscriptionChange


class TroubleFilter(admin.SimpleListFilter):
    """The questions of every day."""

    title = "needs a look"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name the questions."""
        return [(question.name, question.title) for question in QUESTIONS.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        """Keep the rows that answer one."""
        question = QUESTIONS.get(self.value() or "")
        return queryset.filter(question.answer()) if question else queryset


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
