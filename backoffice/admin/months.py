"""Months of the live books: their checks, their close, the processors' lists, and the journal as a file."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from unfold.enums import ActionVariant

from backoffice.admin.acts import Act, button
from backoffice.admin.month_files import MonthFiles
from backoffice.admin.reports import ReportPages, write_balances
from backoffice.columns import draw_badge, draw_list, instant, write_instant
from backoffice.month_steps import FILES, list_files, list_papers, list_steps
from backoffice.search.lists import find_month
from bookkeeping.checks import list_quick_checks
from bookkeeping.closing import ask_to_close
from bookkeeping.models import Reading
from bookkeeping.tasks import read_again
from core import clock
from ledger.models import Month


def _ask_to_read(month_id: int, *, actor: str, reason: str) -> None:
    """Have the lists read again, outside this transaction."""
    transaction.on_commit(lambda: read_again.delay(month_id), robust=True)


def _explain_close(month: Month) -> list[str]:
    red = [check for check in list_quick_checks(month) if not check.is_green]
    said = [f"Not yet: {check.sentence} {check.found}" for check in red]
    before = "; ".join(write_balances(month.starts_at)) or "nothing"
    after = "; ".join(write_balances(month.ends_at)) or "nothing"
    return [
        *said,
        "Nothing will be posted into this month any more, and it can never be opened again. What is learned "
        "later is posted into the next month, with the instant at which it happened.",
        "The rest is checked first: that debits and credits are equal, and all that must be true of money. "
        "If any of it is not, the month stays open and its page says why.",
        "The statements of sellers are made and stay as they are.",
        f"Balances before the month: {before}.",
        f"Balances after it: {after}.",
    ]


CLOSE = Act(
    name="close",
    title="Close the month",
    done="The month is being closed. Its page says in some minutes whether it was.",
    pointless="This month is closed, or being closed.",
    applies=lambda month: month.fenced_at is None and month.ends_at <= clock.now(),
    explain=_explain_close,
    run=ask_to_close,
    variant="danger",
    needs_factor=True,
)
READ = Act(
    name="read_lists",
    title="Read the processors' lists again",
    done="The lists are being read again.",
    pointless="This month is closed.",
    applies=lambda month: month.closed_at is None,
    explain=lambda month: [
        "The list of each processor is read again and compared with what we have. That may take minutes.",
        "Differences that are gone are settled by themselves. No money moves.",
    ],
    run=_ask_to_read,
)


PAPERS = "Statements and exports"


@admin.register(Month)
class MonthAdmin(ReportPages, MonthFiles):
    """The months that are over, the newest first."""

    grants = ("view", "change")
    closed = instant("closed_at", "closed")
    list_display = ("month", "state", "closed", "closed_by")
    ordering = ("-starts_at",)
    search_fields = ("id",)
    search_help_text = "A month, such as 2026-11"
    acts = (CLOSE, READ)
    actions_list = ("reports",)
    actions_detail = (
        *("close", "read_lists"),
        *FILES,
    )
    fieldsets = (
        (None, {"fields": (("month", "state"), ("closed", "closed_by"), "reason", "trouble")}),
        ("Steps to its close", {"fields": ("steps", "lists")}),
        (PAPERS, {"fields": ("papers",)}),
        ("Balances at its end", {"fields": ("balances",)}),
    )
    readonly_fields = ("month", "state", "closed", "steps", "lists", "papers", "files", "balances")

    def find(self, term: str) -> Q:
        """Find by the month."""
        return find_month(term)

    def list_facts(self, subject: Month) -> list[str]:
        """Name the month."""
        return [str(subject), "Months are those of UTC. Live money only."]

    @admin.display(description="month")
    def month(self, month: Month) -> str:
        """Show year and month."""
        return str(month)

    @admin.display(description="state")
    def state(self, month: Month) -> str:
        """Show how far it is."""
        if month.closed_at is not None:
            return draw_badge("Closed", "success")
        return draw_badge("Being closed", "info") if month.fenced_at else draw_badge("Open", "warning")

    @admin.display(description="one after the other")
    def steps(self, month: Month) -> str:
        """Show what has to be done before it is closed, and where."""
        return render_to_string("admin/month_steps.html", {"steps": list_steps(month), "month": month})

    @admin.display(description="processors' lists")
    def lists(self, month: Month) -> str:
        """Show when each was read."""
        readings = Reading.objects.filter(month=month).order_by("gateway")
        return format_html_join(
            "", "<p>{}: {} {}</p>", ((each.gateway, _write_reading(each), each.trouble) for each in readings)
        )

    @admin.display(description="of this month")
    def papers(self, month: Month) -> str:
        """Link to statements, reports and files."""
        return draw_list(list_papers(month))

    @admin.display(description="files")
    def files(self, month: Month) -> str:
        """Link to files of the books."""
        return draw_list(list_files(month))

    def get_fieldsets(self, request: HttpRequest, obj: Month | None = None) -> Any:
        """Leave out files of the books for who may not have them."""
        fieldsets = super().get_fieldsets(request, obj)
        if not self.has_export_permission(request):
            return fieldsets
        return [
            (title, {"fields": ("papers", "files")} if title == PAPERS else options)
            for title, options in fieldsets
        ]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Leave out files, which the page links to."""
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.method.original_function_name not in FILES]

    @admin.display(description="debit and credit")
    def balances(self, month: Month) -> str:
        """Show the trial balance at the end of a closed month; summing up an open one takes long."""
        if month.closed_at is None:
            return "Shown on the page of its close."
        lines = write_balances(month.ends_at)
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    close = button(CLOSE, needs="manage", variant=ActionVariant.DANGER)
    read_lists = button(READ, needs="manage")

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may close months."""
        return request.user.has_perm("ledger.change_month")


def _write_reading(reading: Reading) -> str:
    return f"read {write_instant(reading.finished_at)}" if reading.finished_at else "not read yet"
