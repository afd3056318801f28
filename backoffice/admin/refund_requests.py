"""Who asked to give back a charge, why, and who let it happen."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backoffice.admin.inlines import NewestInline
from backoffice.columns import instant, keep_together, link_to
from charges.models import RefundRequest
from core.money import Money


class RefundRequestInline(NewestInline):
    """The newest requests, with what became of those that need a second person."""

    model = RefundRequest
    verbose_name_plural = "refunds asked for"
    hide_title = True
    asked = instant("created_at", "asked for")
    fields = readonly_fields = ("amount", "reason", "actor", "asked", "second_person")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the charge sees this."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundRequest]:
        """Fetch the approvals along."""
        requests: QuerySet[RefundRequest] = super().get_queryset(request)
        return requests.select_related("approval", "charge")

    @admin.display(description="amount")
    def amount(self, request: Any) -> str:
        """Show how much."""
        return keep_together(str(Money(request.amount_minor, request.charge.currency)))

    @admin.display(description="second person")
    def second_person(self, request: Any) -> str | None:
        """Link to the approval; none is needed up to the limit."""
        approval = request.approval
        return link_to(approval, approval.get_status_display()) if approval else None
