"""Reports on the books as of any instant: trial balance, income, payables; and the journal of any days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldAdminSingleTimeWidget

from backoffice.admin.base import ReadOnlyAdmin
from bookkeeping.exports.formats import FORMATS
from core import clock
from core.money import Money
from core.replica import stream_from_replica
from customers.models import Organization
from ledger.as_of import Payable, list_payables, read_income, read_trial_balance
from ledger.models import AccountKind

SELLERS = 100
LAST_DAY = date(9999, 12, 30)  # The day after it is the last that Python knows.


class Table(NamedTuple):
    """A table of the page."""

    caption: str
    head: list[str]
    rows: list[list[str]]


class DayField(forms.DateField):
    """A day whose end can be told."""

    widget = UnfoldAdminSingleDateWidget
    default_validators = [MaxValueValidator(LAST_DAY)]


class AsOfForm(forms.Form):
    """The instant at which the books are looked at, and of sellers the one to go on after."""

    day = DayField(label="Day (UTC)")
    time = forms.TimeField(
        label="Time (UTC)",
        required=False,
        widget=UnfoldAdminSingleTimeWidget,
        help_text="What was posted before it counts. Without a time, the whole day counts.",
    )
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    @property
    def instant(self) -> datetime:
        """Up to where entries count, once the form is valid (UTC, exclusive)."""
        day, moment = self.cleaned_data["day"], self.cleaned_data["time"]
        return _end(day) if moment is None else datetime.combine(day, moment, UTC)


class JournalForm(forms.Form):
    """Which days of the journal, and how they are written."""

    start = DayField(label="From")
    end = DayField(label="Through")
    format = forms.ChoiceField(choices=[(name, name) for name in FORMATS], widget=UnfoldAdminSelectWidget)
    test = forms.BooleanField(label="Test money", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        said = super().clean() or {}
        if said.get("start") and said.get("end") and said["start"] > said["end"]:
            raise forms.ValidationError("The last day is before the first.")
        return said


class ReportPages(ReadOnlyAdmin):
    """The page of reports, and the file that it leads to."""

    @action(description="Reports", url_path="reports", permissions=["report"])
    def reports(self, request: HttpRequest) -> HttpResponse:
        """Show the books as of an instant, or send the journal."""
        if "format" in request.GET:
            return self._send_file(request)
        return self._show(
            request, AsOfForm(request.GET) if "day" in request.GET else _ask_today(), JournalForm()
        )

    def has_report_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may see the balances of all accounts."""
        return request.user.has_perms(("ledger.view_month", "ledger.view_ledgeraccount"))

    def has_export_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may see every entry of the books."""
        return request.user.has_perms(("ledger.view_month", "ledger.view_ledgerentry"))

    def _send_file(self, request: HttpRequest) -> HttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        form = JournalForm(request.GET)
        if not form.is_valid():
            return self._show(request, _ask_today(), form)
        said = form.cleaned_data
        kind = FORMATS[said["format"]]
        name = f"journal-{said['start']}-{said['end']}.{kind.ending}"
        lines = kind.write(_begin(said["start"]), _end(said["end"]), livemode=not said["test"])
        return StreamingHttpResponse(  # type: ignore[return-value]
            stream_from_replica(lines),
            content_type=kind.media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _show(self, request: HttpRequest, form: AsOfForm, journal: JournalForm) -> HttpResponse:
        asked = form if form.is_valid() else _ask_today()
        at, after = asked.instant, asked.cleaned_data["after"] or 0
        payables = list_payables(at, after=after, limit=SELLERS + 1)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Reports",
            "form": form,
            "journal": journal if self.has_export_permission(request) else None,
            "at": at,
            "asked": asked,
            "tables": [*_list_totals(at), _list_sellers(payables[:SELLERS])],
            "next": payables[SELLERS - 1].account_id if len(payables) > SELLERS else None,
            "back": reverse("admin:ledger_month_changelist"),
        }
        return TemplateResponse(request, "admin/reports.html", context)


def _ask_today() -> AsOfForm:
    form = AsOfForm({"day": clock.now().date()})
    form.full_clean()
    return form


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _end(day: date) -> datetime:
    return _begin(day) + timedelta(days=1)


def write_balances(at: datetime) -> list[str]:
    """Return the balances that are not zero at an instant (UTC), a line for each kind and currency."""
    return [_write_balance(line) for line in read_trial_balance(at) if line.debit_minor != line.credit_minor]


def _write_balance(line: Any) -> str:
    minor = line.debit_minor - line.credit_minor
    side = "debit" if minor > 0 else "credit"
    return f"{AccountKind(line.kind).label}: {Money(abs(minor), line.currency)} {side}"


def _list_totals(at: datetime) -> list[Table]:
    income = [[line.kind.label, str(Money(line.earned_minor, line.currency))] for line in read_income(at)]
    return [
        Table("Trial balance", ["Account", "Debit", "Credit"], _list_trial_balance(at)),
        Table("Income since the beginning: commission less fees", ["Kind", "Earned"], income),
    ]


def _list_trial_balance(at: datetime) -> list[list[str]]:
    return [
        [
            AccountKind(line.kind).label,
            *(str(Money(minor, line.currency)) for minor in (line.debit_minor, line.credit_minor)),
        ]
        for line in read_trial_balance(at)
    ]


def _list_sellers(payables: list[Payable]) -> Table:
    holders = Organization.objects.in_bulk([each.organization_id for each in payables])
    rows = [
        [holders[each.organization_id].name, str(Money(each.owed_minor, each.currency))] for each in payables
    ]
    return Table("Owed to sellers", ["Seller", "Owed"], rows)
