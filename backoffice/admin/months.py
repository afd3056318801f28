"""Months of the live books: their checks, their close, the processors' lists, and the journal as a file."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.html import format_html_join
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.admin.acts import Act, ActPages, button
from backoffice.admin.reports import ReportPages, write_balances
from backoffice.columns import draw_badge, instant, link_to_list, write_instant
from backoffice.search import find_month
from bookkeeping.checks import Check, list_quick_checks
from bookkeeping.closing import ask_to_close
from bookkeeping.exports.formats import FORMATS
from bookkeeping.models import Difference, Reading
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


@admin.register(Month)
class MonthAdmin(ReportPages, ActPages):
    """The months that are over, the newest first."""

    grants = ("view", "change")
    closed = instant("closed_at", "closed")
    list_display = ("month", "state", "closed", "closed_by")
    ordering = ("-starts_at",)
    search_fields = ("id",)
    search_help_text = "A month, such as 2026-11"
    acts = (CLOSE, READ)
    actions_list = ("reports",)
    actions_detail = ("close", "read_lists", "journal_csv", "journal_beancount")
    fieldsets = (
        (None, {"fields": (("month", "state"), ("closed", "closed_by"), "reason", "trouble")}),
        ("Checks", {"fields": ("checks", "lists", "differences")}),
        ("Balances at its end", {"fields": ("balances",)}),
    )
    readonly_fields = ("month", "state", "closed", "checks", "lists", "differences", "balances")

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

    @admin.display(description="checks")
    def checks(self, month: Month) -> str:
        """Show what must be true before it is closed."""
        if month.closed_at is not None:
            return "All were green when it was closed."
        return format_html_join(
            "",
            "<p>{} {} {}</p>",
            ((_draw(each), each.sentence, each.found) for each in list_quick_checks(month)),
        )

    @admin.display(description="processors' lists")
    def lists(self, month: Month) -> str:
        """Show when each was read."""
        readings = Reading.objects.filter(month=month).order_by("gateway")
        return format_html_join(
            "", "<p>{}: {} {}</p>", ((each.gateway, _write_reading(each), each.trouble) for each in readings)
        )

    @admin.display(description="differences")
    def differences(self, month: Month) -> str:
        """Link to them."""
        return link_to_list(Difference, "Differences of this month", month__id__exact=month.pk)

    @admin.display(description="debit and credit")
    def balances(self, month: Month) -> str:
        """Show the trial balance at the end of a closed month; summing up an open one takes long."""
        if month.closed_at is None:
            return "Shown on the page of its close."
        lines = write_balances(month.ends_at)
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    close = button(CLOSE, needs="manage", variant=ActionVariant.DANGER)
    read_lists = button(READ, needs="manage")

    @action(description="Journal (CSV)", url_path="journal-csv", permissions=["export"])
    def journal_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send the journal of the month."""
        return self._send_journal(request, object_id, "csv")

    @action(description="Journal (Beancount)", url_path="journal-beancount", permissions=["export"])
    def journal_beancount(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send the journal of the month."""
        return self._send_journal(request, object_id, "beancount")

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may close months."""
        return request.user.has_perm("ledger.change_month")

    def _send_journal(self, request: HttpRequest, object_id: str, name: str) -> StreamingHttpResponse:
        month = self.get_object(request, unquote(object_id))
        if month is None:
            raise Http404
        if not self.has_view_permission(request, month):
            raise PermissionDenied
        kind = FORMATS[name]
        disposition = f'attachment; filename="journal-{month}.{kind.ending}"'
        return StreamingHttpResponse(
            kind.write(month.starts_at, month.ends_at),
            content_type=kind.media_type,
            headers={"Content-Disposition": disposition},
        )


def _draw(check: Check) -> str:
    return draw_badge("Yes", "success") if check.is_green else draw_badge("No", "danger")


def _write_reading(reading: Reading) -> str:
    return f"read {write_instant(reading.finished_at)}" if reading.finished_at else "not read yet"
