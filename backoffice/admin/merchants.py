"""Merchants, their customers and their plans."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html_join

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.exported_columns import PLANS
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.admin.inlines import NewestInline
from backoffice.admin.merchant_acts import describe_payouts
from backoffice.admin.merchant_pages import MerchantPages
from backoffice.columns import billy_id, brief_id, draw_badge, instant, link, link_to, link_to_list, money
from backoffice.search.lists import find_merchants, find_of_merchants
from backoffice.subscription_presenters import describe_rhythm
from charges.models import Charge
from core.billy_guids import COMPANY, CUSTOMER, PLAN
from customers.models import ApiKey, Customer, Merchant
from subscriptions.models import Plan, Subscription


@admin.display(description="merchant")
def show_merchant(_: Any, row: Any) -> str | None:
    """Link to the merchant by the name of its organisation."""
    return link_to(row.merchant, str(row.merchant.organization))


class ApiKeyInline(NewestInline):
    """The keys of a merchant, by what may be shown of them."""

    model = ApiKey
    verbose_name_plural = "API keys"
    hide_title = True
    made = instant("created_at", "made")
    revoked = instant("revoked_at", "revoked")
    fields = readonly_fields = ("begins", "made", "revoked")

    @admin.display(description="begins with")
    def begins(self, key: ApiKey) -> str:
        """Show its first letters."""
        return str(key)


@admin.register(Merchant)
class MerchantAdmin(MerchantPages):
    """Those who bill customers of their own, what they may do, and their keys."""

    organization_link = link("organization", "organisation")
    guid = billy_id(COMPANY)
    created = instant("created_at", "created")
    short_id = brief_id()
    list_display = ("guid", "organization_link", "api", "payouts_permitted", "created", "short_id")
    list_select_related = ("organization",)
    list_filter = ("is_active", "may_pay_out")
    linked_filters = ("organization__id__exact",)
    search_fields = ("public_id",)
    search_help_text = "Merchant id, Billy guid (CP...), or organisation by name, licence or id"
    inlines = (ApiKeyInline,)
    fieldsets = (
        (None, {"fields": (("organization_link", "api"), ("public_id", "guid"), "created")}),
        ("Money", {"fields": ("payouts_permitted", "processor_key")}),
        ("What belongs to it", {"fields": ("lists",)}),
    )

    def find(self, term: str) -> Q:
        """Find by id or organisation."""
        return find_merchants(term)

    @admin.display(description="API")
    def api(self, merchant: Merchant) -> str:
        """Show whether its keys open anything."""
        return draw_badge("Open", "success") if merchant.is_active else draw_badge("Closed", "danger")

    @admin.display(description="payouts")
    def payouts_permitted(self, merchant: Merchant) -> str:
        """Show whether and how much it may pay out."""
        return describe_payouts(merchant)

    @admin.display(description="processor key")
    def processor_key(self, merchant: Merchant) -> str:
        """Show whether there is one, and nothing of it."""
        return "the operator's" if merchant.sealed_processor_key is None else "its own, kept encrypted"

    @admin.display(description="more")
    def lists(self, merchant: Merchant) -> str:
        """Link to what belongs to it; charges and subscriptions are kept by its organisation."""
        mine = {"payee__id__exact": merchant.organization_id, "customer__isnull": 0}
        links = (
            link_to_list(Customer, "Customers", merchant__id__exact=merchant.pk),
            link_to_list(Plan, "Plans", merchant__id__exact=merchant.pk),
            link_to_list(Subscription, "Subscriptions", **mine),
            link_to_list(Charge, "Charges", **mine),
        )
        return format_html_join(" · ", "{}", ((link,) for link in links))


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Whom merchants charge and pay."""

    merchant_link = show_merchant
    guid = billy_id(CUSTOMER)
    created = instant("created_at", "created")
    deleted = instant("deleted_at", "deleted")
    short_id = brief_id()
    list_display = ("guid", "merchant_link", "processor_reference", "created", "deleted", "short_id")
    list_select_related = ("merchant__organization",)
    linked_filters = ("merchant__id__exact",)
    search_fields = ("public_id",)
    search_help_text = "Customer id, Billy guid (CU...), or merchant by id, guid or organisation"
    fields = ("merchant_link", "public_id", "guid", "processor_reference", "created", "deleted", "lists")

    def find(self, term: str) -> Q:
        """Find by id or merchant."""
        return find_of_merchants(term)

    @admin.display(description="more")
    def lists(self, customer: Customer) -> str:
        """Link to what belongs to it."""
        links = (
            link_to_list(Subscription, "Subscriptions", customer__id__exact=customer.pk),
            link_to_list(Charge, "Charges", customer__id__exact=customer.pk),
        )
        return format_html_join(" · ", "{}", ((link,) for link in links))


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """What merchants offer."""

    merchant_link = show_merchant
    guid = billy_id(PLAN)
    amount = money("amount_minor", "amount")
    created = instant("created_at", "created")
    deleted = instant("deleted_at", "deleted")
    short_id = brief_id()
    list_display = ("amount", "rhythm", "kind", "merchant_link", "guid", "created", "deleted", "short_id")
    list_select_related = ("merchant__organization",)
    list_filter = (filter_days("created_at", "day of creation"), filter_amounts("amount_minor"), "kind")
    exported = PLANS
    linked_filters = ("merchant__id__exact",)
    search_fields = ("public_id",)
    search_help_text = "Plan id, Billy guid (PL...), or merchant by id, guid or organisation"
    fields = ("merchant_link", "public_id", "guid", "kind", "amount", "rhythm", "created", "deleted", "lists")

    def find(self, term: str) -> Q:
        """Find by id or merchant."""
        return find_of_merchants(term)

    @admin.display(description="how often")
    def rhythm(self, plan: Plan) -> str:
        """Show how often money changes hands."""
        return describe_rhythm(plan.frequency, plan.interval)

    @admin.display(description="more")
    def lists(self, plan: Plan) -> str:
        """Link to what belongs to it."""
        return link_to_list(Subscription, "Subscriptions", plan__id__exact=plan.pk)
