"""Subscriptions: what is due, what fails, what was paid."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest

from backoffice.admin.charge_parts import AcceptanceInline
from backoffice.admin.charges import WHO, label_payer
from backoffice.admin.exported_columns import SUBSCRIPTIONS
from backoffice.admin.failure_filters import SubscriptionFailureFilter
from backoffice.admin.filters import ChargeModeFilter, filter_amounts, filter_days
from backoffice.admin.looks import AcceptancePages
from backoffice.admin.seller_filters import SubscriptionSellerFilter
from backoffice.admin.subscription_pages import SubscriptionPages
from backoffice.admin.subscription_parts import (
    PeriodInline,
    SubscriptionHistoryInline,
    TroubleFilter,
    draw_attempts,
)
from backoffice.admin.timeline import TimelinePages
from backoffice.columns import (
    badge,
    brief_id,
    figure,
    in_list,
    instant,
    link,
    link_to_list,
    mode,
    payer,
    write_moment,
)
from backoffice.search.lists import find_subscriptions
from backoffice.subscription_presenters import (
    describe_catch_up,
    describe_next,
    describe_next_period,
    describe_price,
    describe_retries,
    describe_rhythm,
    describe_trouble,
    find_newest_charges,
)
from charges.models import Charge, ChargeStatus
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus

STATUS_COLOURS = {
    SubscriptionStatus.ACCEPTED: "info",
    SubscriptionStatus.PROCESSED: "info",
    SubscriptionStatus.ACTIVE: "success",
    SubscriptionStatus.PAST_DUE: "warning",
    SubscriptionStatus.FROZEN: "danger",
}


@admin.register(Subscription)
class SubscriptionAdmin(AcceptancePages, TimelinePages, SubscriptionPages):
    """Every subscription, with its periods, its trouble, and what staff may do about it."""

    status_badge = badge("status", "status", STATUS_COLOURS)
    in_mode = mode(lambda subscription: subscription.test)
    payer_link = payer("buyer or customer")
    buyer_link = link("buyer", "buyer")
    customer_link = link("customer", "customer")
    plan_link = link("plan", "plan")
    account_link = link("buyer_account", "asked for by")
    app_link = link("order_application", "app")
    payee_link = link("payee", "seller")
    paid_from = instant("current_charge_at", "paid for from")
    paid_until = instant("next_charge_at", "paid for, or free, until")
    to_end = instant("cancel_at", "is to end")
    trial_end = instant("trial_ends_at", "trial ends")
    anchor = instant("anchor_at", "schedule counts from")
    created = instant("created_at", "created")
    activated = instant("activated_at", "activated")
    frozen = instant("frozen_at", "frozen")
    cancelled = instant("cancelled_at", "cancelled")

    short_id = brief_id()
    list_display = (
        "price",
        "status_badge",
        "in_mode",
        "name",
        "payer_link",
        "app_link",
        "next",
        "trouble",
        "short_id",
    )
    totalled = ("frequency", "interval", "per_account", "currency", "recurring_minor")
    exported = SUBSCRIPTIONS
    amount_column = "price"
    list_select_related = ("buyer", "customer", "order_application")
    list_filter = (
        filter_days("created_at", "day of creation"),
        filter_amounts("price_minor"),
        SubscriptionSellerFilter,
        ChargeModeFilter,
        SubscriptionFailureFilter,
        TroubleFilter,
        "status",
        "kind",
        "product",
    )
    linked_filters = (
        "buyer__id__exact",
        "payee__id__exact",
        "customer__id__exact",
        "customer__isnull",
        "plan__id__exact",
    )
    search_fields = ("public_id",)
    search_help_text = (
        "Subscription id, external id, e-mail, organisation, licence, client id, customer id or Billy guid"
    )
    inlines = (PeriodInline, AcceptanceInline, SubscriptionHistoryInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("public_id", "external_id"),
                    ("status_badge", "in_mode"),
                    "kind",
                    "trouble",
                    "next",
                )
            },
        ),
        (
            "Money",
            {
                "fields": (
                    ("name", "product"),
                    ("price", "commission_percent"),
                    ("payment_option", "plan_link"),
                    "more",
                )
            },
        ),
        (
            "Schedule",
            {
                "fields": (
                    ("paid_from", "paid_until"),
                    ("anchor", "trial_end"),
                    ("next_period", "retries"),
                    ("catch_up", "to_end"),
                )
            },
        ),
        ("Attempts to collect the newest period", {"fields": ("attempts",)}),
        WHO,
        ("When", {"fields": (("created", "decided"), ("holds", "activated"), ("frozen", "cancelled"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        """Fetch what a subscription's page shows; the list takes only what it needs, and what recurs."""
        recurring = Case(When(status__in=RUNNING, then="price_minor"))
        subscriptions: QuerySet[Subscription] = super().get_queryset(request)
        subscriptions = subscriptions.annotate(recurring_minor=recurring)
        if request.resolver_match and request.resolver_match.kwargs.get("object_id"):
            return subscriptions.select_related(
                *("buyer", "buyer_account", "customer", "plan", "payee", "order_application"),
                "payment_option",
            )
        return subscriptions

    def get_fieldsets(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        """Show who is asked."""
        return label_payer(super().get_fieldsets(request, obj), obj)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Fetch the newest charges of all rows of the page at once."""
        page = super().get_changelist_instance(request)
        newest = find_newest_charges(page.result_list) if page.result_list else {}
        for row in page.result_list:
            row.newest = newest.get(row.pk)
        return page

    def name_total(self, frequency: str, interval: int, per_account: bool) -> str:  # type: ignore[override]
        """Say how often the prices of those that run are paid."""
        return f"Runs {describe_rhythm(frequency, interval)}{', for each account' * per_account}"

    def find(self, term: str) -> Q:
        """Find by any id."""
        return find_subscriptions(term)

    @figure("price")
    def price(self, subscription: Subscription) -> str:
        """Show price and period."""
        return describe_price(subscription)

    @admin.display(description="next payment")
    def next(self, subscription: Any) -> str | None:
        """Show when money is asked for next."""
        return describe_next(subscription, subscription.newest)

    @in_list(next)
    def _write_next(self, subscription: Any) -> str | None:
        """Show it to the minute."""
        return describe_next(subscription, subscription.newest, write_moment)

    @admin.display(description="trouble")
    def trouble(self, subscription: Any) -> str | None:
        """Show what is wrong and what happens next."""
        return describe_trouble(subscription, subscription.newest)

    @in_list(trouble)
    def _write_trouble(self, subscription: Any) -> str | None:
        """Show it to the minute."""
        return describe_trouble(subscription, subscription.newest, write_moment)

    @admin.display(description="retries of a declined payment")
    def retries(self, subscription: Subscription) -> str:
        """Show the policy."""
        return describe_retries(subscription)

    @admin.display(description="next period to bill")
    def next_period(self, subscription: Subscription) -> str:
        """Show its number; the first is 0."""
        return describe_next_period(subscription)

    @admin.display(description="after an outage")
    def catch_up(self, subscription: Subscription) -> str:
        """Show the policy."""
        return describe_catch_up(subscription)

    @admin.display(description="more")
    def more(self, subscription: Subscription) -> str:
        """Link to all of its charges."""
        return link_to_list(Charge, "All its charges", subscription__id__exact=subscription.pk)

    @admin.display(description="attempts")
    def attempts(self, subscription: Any) -> str | None:
        """Show the attempts of the newest period unless it is paid."""
        newest = subscription.newest
        if newest is None or newest.status == ChargeStatus.SUCCESS:
            return None
        return draw_attempts(newest)
