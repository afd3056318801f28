"""Consent and history below a charge, and consent below a subscription."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backoffice.admin.inlines import ReadOnlyInline
from backoffice.columns import instant
from charges.models import Acceptance, StatusChange
from taxes.terms import TaxTerms


class AcceptanceInline(ReadOnlyInline):
    """The buyer's consent."""

    model = Acceptance
    verbose_name_plural = "consent"
    hide_title = True
    accepted = instant("created_at", "accepted")
    fields = readonly_fields = ("account", "accepted", "ip", "user_agent", "tax_shown", "terms_hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Acceptance]:
        """Fetch the account along."""
        return super().get_queryset(request).select_related("account")

    @admin.display(description="tax shown")
    def tax_shown(self, acceptance: Acceptance) -> str | None:
        """Show the tax that was agreed to."""
        terms = TaxTerms.read(acceptance.tax)
        return terms.words if terms else None


class HistoryInline(ReadOnlyInline):
    """Who changed the status, when and why."""

    model = StatusChange
    verbose_name_plural = "history"
    hide_title = True
    at = instant("created_at", "at")
    fields = readonly_fields = ("from_status", "to_status", "at", "actor", "reason")
