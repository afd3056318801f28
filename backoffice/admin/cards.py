"""The cards of an organisation and the processors' records of it, on its page: services change them."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join

from backoffice.admin.inlines import ReadOnlyInline
from backoffice.columns import draw_badge, instant, link_to
from core import clock
from customers.models import PaymentOption, ProcessorRecord
from subscriptions.lifecycle.card_changes import find_uses


class PaymentOptionInline(ReadOnlyInline):
    """The cards of an organisation, by what may be shown of them; removed ones too."""

    model = PaymentOption
    verbose_name_plural = "payment options"
    ordering = ("-is_active", "-is_default", "-pk")
    added = instant("created_at", "added")
    removed = instant("removed_at", "removed")
    fields = readonly_fields = (
        "brand",
        "last4",
        "exp_month",
        "exp_year",
        "status",
        "pays_for",
        "gateway",
        "added",
        "removed",
    )

    @admin.display(description="status")
    def status(self, option: PaymentOption) -> str:
        """Say whether it can pay, and whether it is the one that new purchases are paid with."""
        if not option.is_active:
            return draw_badge("Removed")
        if option.has_expired(clock.now()):
            return draw_badge("Default, expired" if option.is_default else "Expired", "danger")
        return draw_badge("Default", "success") if option.is_default else draw_badge("Active", "info")

    @admin.display(description="pays for")
    def pays_for(self, option: PaymentOption) -> str:
        """Link to the subscriptions and single charges that are open and paid with it."""
        if not option.is_active or option.organization_id is None:
            return ""
        uses = find_uses(option.organization_id)[option.pk]
        rows: list[tuple[Any, str]] = [(each, each.name) for each in uses.subscriptions]
        rows += [(each, each.name) for each in uses.charges]
        return format_html_join(", ", "{}", ((link_to(row, name),) for row, name in rows))


class ProcessorRecordInline(ReadOnlyInline):
    """What the processors call an organisation."""

    model = ProcessorRecord
    verbose_name_plural = "records at processors"
    opened = instant("created_at", "opened")
    fields = readonly_fields = ("gateway", "reference", "opened")
