"""Corrections of the books: asking for one, and the papers that show why."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from unfold.decorators import action

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.correction_form import CorrectionForm
from backoffice.admin.exported_columns import CORRECTIONS
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.approval_terms import read_amounts
from backoffice.columns import brief_id, figure, instant, link, link_to, mode
from backoffice.correction_presenters import explain_correction, write_amount
from backoffice.log_in.second_factor import ask_anew
from backoffice.search.lists import read_uuid
from core.errors import BillingError
from ledger.corrections.request import request_correction
from ledger.models import Correction, LedgerTransaction


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    """What was asked to be booked by hand; another person approves it on the page of its approval."""

    asked = instant("created_at", "asked for")
    in_mode = mode(lambda correction: not correction.livemode)
    approval_link = link("approval", "approval")
    short_id = brief_id()
    list_display = ("amount", "state", "in_mode", "reason", "requester", "asked", "short_id")
    totalled = ("currency", "amount_minor")
    is_test = Q(livemode=False)
    exported = CORRECTIONS
    list_select_related = ("approval__requested_by",)
    list_filter = (filter_days("created_at", "day of asking"), filter_amounts("amount_minor"))
    search_fields = ("public_id",)
    search_help_text = "Id of the correction, alone or as correction:..."
    actions_detail = ("attachment",)
    fields = (
        "public_id",
        "lines",
        "reason",
        "state",
        "in_mode",
        "approval_link",
        "requester",
        "asked",
        "ledger",
    )

    def find(self, term: str) -> Q:
        """Find by id."""
        return Q(public_id=read_uuid(term)) if read_uuid(term) else Q(pk=None)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        """Fetch the approvals with their amounts along, and leave the papers where they are."""
        corrections: QuerySet[Correction] = super().get_queryset(request)
        asked = corrections.defer("attachment").select_related(*self.list_select_related)
        return read_amounts(asked, "approval__terms")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may ask for corrections."""
        return request.user.has_perm("ledger.add_correction")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the form, or ask another person to approve what it says."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if way := ask_anew(request):
            return way
        form = CorrectionForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        made = self._request(request, form) if form.is_valid() else None
        if made is not None:
            messages.success(request, "Nothing is booked yet: another person has to approve the correction.")
            return redirect(reverse("admin:approvals_approval_change", args=[made.approval_id]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Correct the books",
            "form": form,
            "back": reverse("admin:ledger_correction_changelist"),
        }
        return TemplateResponse(request, "admin/correction.html", context)

    def _request(self, request: HttpRequest, form: CorrectionForm) -> Correction | None:
        """Call the service and write Django's log with it; a refusal is told on the form."""
        try:
            with transaction.atomic():
                made = request_correction(**form.list_arguments(), requested_by=cast(User, request.user))
                self.log_addition(
                    request, made, f"{write_amount(made.approval.details)}. {made.approval.reason}"
                )
        except BillingError as refusal:
            form.add_error(None, str(refusal))
            return None
        return made

    @action(description="Download the paper", url_path="attachment", permissions=["attachment"])
    def attachment(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the file, to be kept and never to be shown by the browser."""
        correction = self.get_object(request, unquote(object_id))
        if correction is None:
            raise Http404
        return HttpResponse(
            bytes(correction.attachment),
            content_type=correction.attachment_type,
            headers={
                "Content-Disposition": f'attachment; filename="{correction.attachment_name}"',
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )

    def has_attachment_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may see corrections."""
        return request.user.has_perm("ledger.view_correction")

    @figure("amount")
    def amount(self, correction: Correction) -> str:
        """Show the sum of the debits."""
        return write_amount(correction.approval.details)

    @admin.display(description="lines")
    def lines(self, correction: Correction) -> str:
        """Show what is booked, and the balances as of now."""
        said = explain_correction(correction.approval.details)
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in said))

    @admin.display(description="reason")
    def reason(self, correction: Correction) -> str:
        """Show why."""
        return correction.approval.reason

    @admin.display(description="state")
    def state(self, correction: Correction) -> str:
        """Show how far it has come."""
        return str(correction.approval.get_status_display())

    @admin.display(description="asked for by")
    def requester(self, correction: Correction) -> str:
        """Show who asked."""
        return str(correction.approval.requested_by)

    @admin.display(description="ledger")
    def ledger(self, correction: Correction) -> str | None:
        """Link to what was booked."""
        booked = LedgerTransaction.objects.filter(kind="correction", reference=correction.reference)
        return link_to(booked.first())
