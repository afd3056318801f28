"""Charges and attempts, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages, button
from backoffice.admin.attempts import AttemptInline
from backoffice.admin.charge_acts import ACTS, REFUND, WRITE_OFF
from backoffice.admin.charge_parts import AcceptanceInline, HistoryInline
from backoffice.admin.disputes import DisputeInline
from backoffice.admin.exported_columns import CHARGES
from backoffice.admin.failure_filters import FailureFilter
from backoffice.admin.filters import (
    ChargeModeFilter,
    filter_amounts,
    filter_days,
)
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.admin.looks import AcceptancePages, ChargeLookFilter
from backoffice.admin.refund_requests import RefundRequestInline
from backoffice.admin.seller_filters import SellerFilter
from backoffice.admin.timeline import TimelinePages
from backoffice.amount_presenters import explain_charge
from backoffice.charge_presenters import describe_failure, describe_period, describe_status
from backoffice.columns import (
    brief_id,
    draw_badge,
    draw_lines,
    instant,
    link,
    link_to,
    mode,
    money,
    payer,
)
from backoffice.search.lists import find_charges, find_transactions
from charges.models import Charge, ChargeKind, ChargeStatus
from core.money import Money
from ledger.models import LedgerTransaction
from subscriptions.models import Subscription

STATUS_COLOURS: dict[str, str] = {
    ChargeStatus.ACCEPTED: "info",
    ChargeStatus.PROCESSED: "info",
    ChargeStatus.SUCCESS: "success",
    ChargeStatus.FAILED: "danger",
}
KIND_COLOURS: dict[str, str] = {ChargeKind.DISBURSEMENT: "info", ChargeKind.REFUND: "warning"}
WHO = ("Who", {"fields": (("buyer_link", "account_link"), ("payee_link", "app_link"), "return_url")})
WHO_OF_CUSTOMER = ("Who", {"fields": (("customer_link", "payee_link"), "funding_source")})


def label_payer(fieldsets: Any, row: Any) -> list[Any]:
    """Replace the parties of an app's sale by those of a merchant's, if that is what a row is."""
    if row is None or row.customer_id is None:
        return list(fieldsets)
    return [WHO_OF_CUSTOMER if each is WHO else each for each in fieldsets]


@admin.display(description="status")
def draw_status(_: Any, charge: Charge) -> str:
    """Show how far a charge has come."""
    return draw_badge(describe_status(charge), STATUS_COLOURS.get(charge.status, ""))


class RefundInline(ReadOnlyInline):
    """What was given back of a charge, or is on its way."""

    model = Charge
    fk_name = "refund_of"
    verbose_name_plural = "refunds"
    hide_title = True
    status_badge = draw_status
    total = money("total_minor", "amount")
    finished = instant("finished_at", "refunded or given up")
    fields = readonly_fields = ("refund", "status_badge", "total", "failure", "finished")

    @admin.display(description="refund")
    def refund(self, charge: Charge) -> str | None:
        """Link to the refund."""
        return link_to(charge, str(charge.public_id))

    @admin.display(description="failure")
    def failure(self, charge: Charge) -> str | None:
        """Show why it could not be refunded."""
        return describe_failure(charge)


@admin.register(Charge)
class ChargeAdmin(AcceptancePages, TimelinePages, ActPages):
    """Every charge, direct or for a period of a subscription, with all that happened to it."""

    acts = ACTS
    actions_detail = ("timeline", "refund", "write_off")
    status_badge = draw_status
    price = money("price_minor", "price of one")
    total = money("total_minor", "total")
    commission = money("commission_minor", "commission")
    in_mode = mode(lambda charge: charge.test)
    payer_link = payer("buyer or customer")
    buyer_link = link("buyer", "buyer")
    customer_link = link("customer", "customer")
    refund_of_link = link("refund_of", "refund of")
    account_link = link("buyer_account", "asked for by")
    app_link = link("order_application", "app")
    payee_link = link("payee", "seller")
    subscription_link = link("subscription", "subscription")
    period_start = instant("due_at", "period begins")
    created = instant("created_at", "created")
    activated = instant("activated_at", "activated")
    finished = instant("finished_at", "finished")
    next_try = instant("collect_at", "next try")

    short_id = brief_id()
    list_display = (
        "total",
        "status_badge",
        "in_mode",
        "what",
        "payer_link",
        "app_link",
        "failure",
        "created",
        "short_id",
    )
    day_field = "created_at"
    found_by_day = ("failure", "status__exact")
    totalled = ("kind", "currency", "total_minor")
    exported = CHARGES
    list_select_related = ("buyer", "customer", "order_application")
    list_filter = (
        filter_days("created_at", "day of creation"),
        filter_amounts("total_minor"),
        SellerFilter,
        ChargeModeFilter,
        FailureFilter,
        ChargeLookFilter,
        "status",
        "kind",
        "product",
    )
    linked_filters = (
        "buyer__id__exact",
        "payee__id__exact",
        "customer__id__exact",
        "customer__isnull",
        "subscription__id__exact",
    )
    search_fields = ("public_id",)
    search_help_text = (
        "Charge id, e-mail, organisation, licence, client id, customer id, Billy guid, gateway reference or"
        " attempt key"
    )
    inlines = (
        AttemptInline,
        RefundRequestInline,
        RefundInline,
        DisputeInline,
        AcceptanceInline,
        HistoryInline,
    )
    readonly_fields = ("seller_share", "ledger", "why")
    fieldsets = (
        (None, {"fields": (("public_id", "kind_badge"), ("status_badge", "in_mode"), "failure")}),
        (
            "Money",
            {
                "fields": (
                    ("name", "product"),
                    ("price", "quantity", "total"),
                    ("commission", "commission_percent", "seller_share"),
                    ("payment_option", "ledger"),
                    "why",
                )
            },
        ),
        WHO,
        ("When", {"fields": (("created", "decided"), ("holds", "activated"), ("finished", "next_try"))}),
    )
    refund_fieldset = ("Refund", {"fields": (("refund_of_link", "subscription_link"),)})
    period_fieldset = ("Period", {"fields": ("subscription_link", ("period_number", "period_start"))})

    def list_facts(self, subject: Charge) -> list[str]:
        """Return what was sold, to whom and for how much."""
        payer = subject.customer or subject.buyer
        return [
            f"{subject.name}, {subject.total}",
            f"Sold to {payer} by {subject.payee}",
            str(subject.public_id),
        ]

    refund = button(REFUND, needs="refund", variant=ActionVariant.DANGER)

    write_off = button(WRITE_OFF, needs="write_off", variant=ActionVariant.DANGER)

    def has_write_off_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may write off what is owed."""
        return request.user.has_perm("charges.write_off_charge")

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may give charges back."""
        return request.user.has_perm("charges.refund_charge")

    def get_fieldsets(self, request: HttpRequest, obj: Charge | None = None) -> Any:
        """Show of which subscription, period or refunded charge it is, and who is asked."""
        first, *others = label_payer(super().get_fieldsets(request, obj), obj)
        if obj is not None and obj.refund_of_id:
            return [first, self.refund_fieldset, *others]
        return [first, self.period_fieldset, *others] if obj and obj.subscription_id else [first, *others]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charge]:
        """Fetch what a charge's page shows; the list takes only what it needs."""
        charges: QuerySet[Charge] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.kwargs.get("object_id"):
            return charges.select_related(
                *("buyer", "buyer_account", "customer", "payee", "order_application"),
                *("payment_option", "subscription", "refund_of"),
            )
        return charges

    def find(self, term: str) -> Q:
        """Find by any id."""
        return find_charges(term)

    @admin.display(description="kind")
    def kind_badge(self, charge: Charge) -> str:
        """Show which way the money goes."""
        return draw_badge(charge.kind.capitalize(), KIND_COLOURS.get(charge.kind, ""))

    @admin.display(description="failure")
    def failure(self, charge: Charge) -> str | None:
        """Show why it could not be collected."""
        return describe_failure(charge)

    @admin.display(description="what")
    def what(self, charge: Charge) -> str:
        """Show what was sold, and of which subscription and period it is."""
        parts = [charge.name, self.period_link(charge)]
        return format_html_join(mark_safe("<br>"), "{}", ((part,) for part in parts if part))

    @admin.display(description="of a subscription")
    def period_link(self, charge: Charge) -> str | None:
        """Link to the subscription without fetching it."""
        if charge.subscription_id is None:
            return None
        return link_to(Subscription(pk=charge.subscription_id), describe_period(charge))

    @admin.display(description="period")
    def period_number(self, charge: Charge) -> int | None:
        """Show its number; the first is 0."""
        return charge.period

    @admin.display(description="seller's share")
    def seller_share(self, charge: Charge) -> str:
        """Show what the seller gets."""
        return str(Money(charge.total_minor - charge.commission_minor, charge.currency))

    @admin.display(description="why this amount")
    def why(self, charge: Charge) -> str:
        """Show how the amount comes about, and what became of it."""
        return draw_lines(explain_charge(charge))

    @admin.display(description="ledger")
    def ledger(self, charge: Charge) -> Any:
        """Link to the transaction that booked it."""
        booked = LedgerTransaction.objects.filter(find_transactions(charge.key)).first()
        return booked and link_to(booked, booked.get_kind_display())
