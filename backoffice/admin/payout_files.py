"""Files that banks exchange with us about payouts: made, downloaded and taken here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminFileFieldWidget

from approvals.four_eyes import name_staff
from backoffice.admin.added_by_service import AddedByService, AddPage
from backoffice.admin.exported_columns import PAYOUT_BATCHES
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.columns import brief_id, instant, link_to_list, money
from backoffice.log_in.second_factor import ask_anew
from backoffice.search.lists import find_by_hash, find_payout_batches
from payouts.bank.take_report import take_report
from payouts.models import BankReport, Payout, PayoutBatch
from payouts.sending.bank_file import MOST_IN_A_FILE, make_bank_file, sum_waiting

MOST_BYTES = 10_000_000


class BatchForm(forms.Form):
    """The day on which the bank is to pay."""

    execution_on = forms.DateField(
        label="To be paid on", required=False, widget=UnfoldAdminDateWidget, help_text="Today if left empty."
    )


@admin.register(PayoutBatch)
class PayoutBatchAdmin(AddedByService):
    """Files by which the bank makes payouts, as they were written."""

    add_page = AddPage("Make a file for the bank", needs_factor=True)
    service_form = BatchForm
    total_amount = money("total_minor", "sum")
    created = instant("created_at", "made")
    short_id = brief_id()
    list_display = ("total_amount", "count", "execution_on", "created", "actor", "short_id")
    list_filter = (filter_days("created_at", "day of making"), filter_amounts("total_minor"))
    totalled = ("currency", "total_minor")
    exported = PAYOUT_BATCHES
    search_fields = ("public_id",)
    search_help_text = "Batch id, with or without dashes, or the hash of the file"
    actions_detail = ("download",)
    readonly_fields = ("payouts",)
    fields = (
        ("public_id", "message_id"),
        ("count", "total_amount"),
        "execution_on",
        "sha256",
        ("created", "actor"),
        "payouts",
    )

    def find(self, term: str) -> Q:
        """Find by id or hash."""
        return find_payout_batches(term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may send what is approved."""
        return request.user.has_perm("payouts.send_payout")

    def explain(self) -> list[str]:
        """Say what will be in the file."""
        waiting = sum_waiting()
        return [
            f"Approved payouts that wait for a file: {waiting.number}, of {waiting.total} in all.",
            f"Up to {MOST_IN_A_FILE:,} go into one file, the oldest first.",
            "They count as sent from then on: hand the file in at the bank.",
        ]

    def add_by_service(self, said: dict[str, Any], *, user: User) -> Model:
        """Make the file."""
        return make_bank_file(actor=name_staff(user), execution_on=said["execution_on"])

    @action(
        description="Download", url_path="download", permissions=["download"], variant=ActionVariant.PRIMARY
    )
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the file as it was written."""
        batch = self.get_object(request, unquote(object_id))
        if batch is None:
            raise Http404
        if way := ask_anew(request):
            return way
        name = f'attachment; filename="payouts-{batch.message_id}.xml"'
        return HttpResponse(
            bytes(batch.content), content_type="application/xml", headers={"Content-Disposition": name}
        )

    def has_download_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may have the file, in which IBANs are written out."""
        return request.user.has_perm("payouts.send_payout")

    @admin.display(description="payouts")
    def payouts(self, batch: PayoutBatch) -> str:
        """Link to what is in it."""
        return link_to_list(Payout, "Payouts", batch__id__exact=batch.pk)


class ReportForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget, help_text="A pain.002 or camt.053 of the bank, up to 10 MB."
    )

    def clean_file(self) -> bytes:
        """Return what is in the file. Raises ValidationError for one that is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file must not be larger than 10 MB.")
        content: bytes = file.read()
        return content


@admin.register(BankReport)
class BankReportAdmin(AddedByService):
    """What banks said of payouts, each file once."""

    add_page = AddPage("Take a report of the bank", needs_factor=True)
    service_form = ReportForm
    taken = instant("created_at", "taken")
    list_display = ("kind", "settled", "returned", "unmatched", "taken", "actor")
    search_fields = ("sha256",)
    search_help_text = "The hash of the file"
    fields = ("kind", "sha256", ("settled", "returned", "unmatched"), ("taken", "actor"))

    def find(self, term: str) -> Q:
        """Find by hash."""
        return find_by_hash(term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may say what became of payouts."""
        return request.user.has_perm("payouts.send_payout")

    def explain(self) -> list[str]:
        """Say what a report does."""
        return [
            "Payouts that went by a file are marked as paid or returned, by their names and amounts.",
            "What fits none of them, or contradicts what is known, changes nothing and is counted.",
        ]

    def add_by_service(self, said: dict[str, Any], *, user: User) -> Model:
        """Take the file."""
        return take_report(said["file"], actor=name_staff(user))
