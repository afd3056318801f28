"""Disputes and events of processors, to look at; evidence for a dispute is one file to hand in."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.text import slugify
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.exported_columns import DISPUTES
from backoffice.admin.filters import ModeFilter, filter_amounts, filter_days
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.admin.looks import PARAMETER as LOOK
from backoffice.admin.looks import LookFilter
from backoffice.admin.seller_filters import DisputeSellerFilter
from backoffice.columns import badge, figure, instant, keep_together, link, link_to, mode, money
from backoffice.evidence import write_evidence
from backoffice.questions import DUE_SOON, TOO_LATE
from backoffice.search.lists import find_disputes, find_events
from charges.models import Dispute, DisputeChange, DisputeStatus, ProcessorEvent
from core.ledger_references import dispute_fee_reference, dispute_reference
from core.money import Money
from ledger.models import LedgerTransaction, TransactionKind

COLOURS: dict[str, str] = {
    DisputeStatus.OPENED: "warning",
    DisputeStatus.WON: "success",
    DisputeStatus.LOST: "danger",
}
POSTED_AS = (TransactionKind.DISPUTE_OPENED, TransactionKind.DISPUTE_WON, TransactionKind.DISPUTE_LOST)


class DueFilter(LookFilter):
    """Open disputes by the day until which they can be answered."""

    title = "due"
    questions = (DUE_SOON, TOO_LATE)


class DisputeColumns:
    """How a dispute is shown, in its own list and below its charge."""

    status_badge = badge("status", "status", COLOURS)
    amount = money("amount_minor", "amount")
    due = instant("evidence_due_by", "evidence due by")
    opened = instant("opened_at", "opened")
    closed = instant("closed_at", "closed")

    @figure("processor's fee")
    def fee_amount(self, dispute: Dispute) -> str:
        """Show what the processor keeps for it."""
        return keep_together(str(dispute.fee))


class DisputeInline(DisputeColumns, ReadOnlyInline):
    """What the payer's bank took back of a charge."""

    model = Dispute
    verbose_name_plural = "disputes"
    hide_title = True
    fields = readonly_fields = ("dispute", "status_badge", "amount", "fee_amount", "reason", "due", "closed")

    @admin.display(description="dispute")
    def dispute(self, dispute: Dispute) -> str | None:
        """Link to the dispute."""
        return link_to(dispute)


class DisputeHistoryInline(ReadOnlyInline):
    """When it was decided."""

    model = DisputeChange
    verbose_name_plural = "history"
    hide_title = True
    at = instant("created_at", "at")
    fields = readonly_fields = ("from_status", "to_status", "at", "actor")


@admin.register(Dispute)
class DisputeAdmin(DisputeColumns, ReadOnlyAdmin):
    """Payments that payers' banks took back, those to answer among them."""

    in_mode = mode(lambda dispute: not dispute.livemode)
    charge_link = link("charge", "charge")
    attempt_link = link("attempt", "capture")
    asked = instant("asked_at", "processor last asked")
    list_display = ("amount", "status_badge", "in_mode", "sold", "reason", "due", "opened", "reference")
    totalled = ("currency", "amount_minor")
    exported = DISPUTES
    list_select_related = ("charge",)
    list_filter = (
        filter_days("opened_at", "day of opening"),
        filter_amounts("amount_minor"),
        DisputeSellerFilter,
        ModeFilter,
        DueFilter,
        "status",
        "gateway",
    )
    linked_filters = ("charge__id__exact",)
    search_fields = ("reference",)
    search_help_text = "The processor's name of the dispute or of the payment, attempt key or charge id"
    inlines = (DisputeHistoryInline,)
    actions_detail = ("evidence", "evidence_pdf")
    readonly_fields = ("commission", "ledger")
    fieldsets = (
        (
            None,
            {
                "fields": (("reference", "gateway"), ("status_badge", "in_mode"), ("reason", "due")),
                "description": "To answer, download the evidence and hand it in at the processor before it is"
                " due. What the bank decides is asked of the processor and booked by itself.",
            },
        ),
        ("Money", {"fields": (("amount", "fee_amount", "commission"), "ledger")}),
        ("What was disputed", {"fields": (("charge_link", "attempt_link"),)}),
        ("When", {"fields": (("opened", "closed"), "asked")}),
    )

    def find(self, term: str) -> Q:
        """Find by the names of the dispute, its capture and its charge."""
        return find_disputes(term)

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        """Begin with what is to be answered first, where only open ones are shown."""
        is_open = request.GET.get("status__exact") == DisputeStatus.OPENED or request.GET.get(LOOK)
        return ("evidence_due_by", "pk") if is_open else self.ordering

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        """Fetch the charge and the attempt along, for a page."""
        disputes: QuerySet[Dispute] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.kwargs.get("object_id"):
            return disputes.select_related("charge", "attempt")
        return disputes

    @action(
        description="Evidence", url_path="evidence", permissions=["evidence"], variant=ActionVariant.PRIMARY
    )
    def evidence(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send one file with all that shows that the payment was wanted."""
        dispute = self._find_dispute(request, object_id)
        return _attach(write_evidence(dispute), dispute, "html", "text/html; charset=utf-8")

    @action(description="Evidence as PDF", url_path="evidence.pdf", permissions=["evidence"])
    def evidence_pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the same, printed."""
        # Here, so that pages load without reportlab.
        from backoffice.evidence_pdf import write_evidence_pdf

        dispute = self._find_dispute(request, object_id)
        return _attach(write_evidence_pdf(dispute), dispute, "pdf", "application/pdf")

    def _find_dispute(self, request: HttpRequest, object_id: str) -> Dispute:
        dispute: Dispute | None = self.get_object(request, unquote(object_id))
        if dispute is None:
            raise Http404
        return dispute

    def has_evidence_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may see all that the file holds."""
        return request.user.has_perms(("charges.view_dispute", "charges.view_charge", "charges.view_attempt"))

    @admin.display(description="charge")
    def sold(self, dispute: Dispute) -> str | None:
        """Link to the charge by the name of what was sold."""
        return link_to(dispute.charge, dispute.charge.name)

    @admin.display(description="marketplace's share")
    def commission(self, dispute: Dispute) -> str | None:
        """Show how much of it the marketplace bears; the seller bears the rest."""
        if dispute.commission_minor is None:
            return None
        return str(Money(dispute.commission_minor, dispute.currency))

    @admin.display(description="ledger")
    def ledger(self, dispute: Dispute) -> str:
        """Link to the transactions that booked it and its fee."""
        moves = Q(kind__in=POSTED_AS, reference=dispute_reference(dispute.public_id))
        numbers = range(1, dispute.fee_postings + 1)
        fees = [dispute_fee_reference(dispute.public_id, number) for number in numbers]
        rows = LedgerTransaction.objects.filter(moves | Q(kind=TransactionKind.FEE, reference__in=fees))
        return format_html_join(
            ", ", "{}", ((link_to(row, row.get_kind_display()),) for row in rows.order_by("pk"))
        )


def _attach(file: str | bytes, dispute: Dispute, end: str, content_type: str) -> HttpResponse:
    name = f"evidence-{slugify(dispute.reference)}.{end}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file, content_type=content_type, headers=headers)


@admin.register(ProcessorEvent)
class ProcessorEventAdmin(ReadOnlyAdmin):
    """What processors told us of, and whether they were asked about it."""

    received = instant("received_at", "received")
    next_try = instant("act_at", "next try")
    done = instant("done_at", "done")
    list_display = ("event_id", "gateway", "subject", "reference", "received", "next_try", "done", "trouble")
    list_filter = ("gateway", "subject")
    search_fields = ("event_id",)
    search_help_text = "The processor's id of the event, or its name of the payment, dispute or card"
    fields = (
        ("event_id", "gateway"),
        ("subject", "reference"),
        ("received", "done"),
        ("next_try", "tries"),
        "trouble",
    )

    def find(self, term: str) -> Q:
        """Find by id or reference."""
        return find_events(term)
