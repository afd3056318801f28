"""Payouts to sellers, and where they go."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from approvals.four_eyes import APPROVE_MONEY, name_staff
from approvals.models import Approval
from backoffice.admin.acts import ActPages, button
from backoffice.admin.added_by_service import AddedByService, AddPage
from backoffice.admin.exported_columns import PAYOUTS
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.admin.looks import LookFilter
from backoffice.admin.payout_acts import (
    ACCOUNT_ACTS,
    ACTS,
    APPROVE,
    CANCEL,
    CHANGE_METHOD,
    PAY_MONTHLY,
    REJECT,
    REQUEST,
    RETURN,
    SEND,
    SETTLE,
    STOP_MONTHLY,
)
from backoffice.admin.seller_filters import HolderFilter
from backoffice.columns import (
    badge,
    brief_id,
    instant,
    link,
    link_to,
    link_to_list,
    money,
    write_failure,
)
from backoffice.payout_presenters import describe_balance, name_asker
from backoffice.questions import UNCLEAR
from backoffice.search.lists import find_payout_accounts, find_payouts
from core.currencies import EXPONENTS
from customers.models import Organization
from ledger.models import LedgerTransaction
from payouts.accounts import Destination, change_account
from payouts.models import Payout, PayoutAccount, PayoutChange, PayoutStatus

COLOURS: dict[str, str] = {
    PayoutStatus.REQUESTED: "warning",
    PayoutStatus.APPROVED: "info",
    PayoutStatus.SENT: "info",
    PayoutStatus.SETTLED: "success",
    PayoutStatus.RETURNED: "danger",
}


class PayoutHistoryInline(ReadOnlyInline):
    """What happened to a payout."""

    model = PayoutChange
    verbose_name_plural = "history"
    hide_title = True
    at = instant("created_at", "at")
    fields = readonly_fields = ("from_status", "to_status", "at", "actor", "reason")


class UnclearFilter(LookFilter):
    """Payouts of which the processor says something else than what was asked of it."""

    questions = (UNCLEAR,)


@admin.register(Payout)
class PayoutAdmin(ActPages):
    """Money from the marketplace to sellers, what waits for approval among it."""

    grants = ("view", "add")
    acts = ACTS
    actions_detail = ("approve", "send", "settle", "give_back", "change_method", "reject", "cancel")
    seller = link("organization", "seller")
    account_link = link("account", "goes to")
    batch_link = link("batch", "bank file")
    status_badge = badge("status", "status", COLOURS)
    amount = money("amount_minor", "amount")
    available = money("available_minor", "available when asked for")
    created = instant("created_at", "asked for")
    sent = instant("sent_at", "sent")
    settled = instant("settled_at", "paid")
    asked_next = instant("check_at", "processor is asked next")
    short_id = brief_id()
    list_display = (
        "amount",
        "status_badge",
        "seller",
        "method",
        "created",
        "settled",
        "short_id",
    )
    totalled = ("currency", "amount_minor")
    exported = PAYOUTS
    list_select_related = ("organization", "account", "batch")
    list_filter = (
        filter_days("created_at", "day of asking"),
        filter_amounts("amount_minor"),
        HolderFilter,
        UnclearFilter,
        "status",
        "method",
    )
    linked_filters = ("organization__id__exact", "account__id__exact", "batch__id__exact")
    search_fields = ("public_id",)
    search_help_text = "Payout id, the bank's or processor's name of it, or seller by name, licence or id"
    inlines = (PayoutHistoryInline,)
    readonly_fields = ("failure", "ledger", "asked_by")
    fieldsets = (
        (None, {"fields": (("public_id", "status_badge"), ("seller", "account_link"), "failure")}),
        ("Money", {"fields": (("amount", "available"), "ledger")}),
        ("How", {"fields": (("method", "batch_link"), ("gateway", "reference"), "asked_next")}),
        ("Who and when", {"fields": ("asked_by", ("created", "month"), ("sent", "settled"))}),
    )

    def find(self, term: str) -> Q:
        """Find by id, reference or seller."""
        return find_payouts(term)

    def list_facts(self, subject: Any) -> list[str]:
        """Name a payout by its sum, its seller and its id."""
        return [str(subject.money), str(subject.organization), str(subject.public_id)]

    approve = button(APPROVE, needs="approve", variant=ActionVariant.PRIMARY)
    send = button(SEND, needs="send", variant=ActionVariant.PRIMARY)
    settle = button(SETTLE, needs="send", variant=ActionVariant.PRIMARY)
    give_back = button(RETURN, needs="send", path="return", variant=ActionVariant.DANGER)
    change_method = button(CHANGE_METHOD, needs="ask", path="method")
    reject = button(REJECT, needs="approve", variant=ActionVariant.DANGER)
    cancel = button(CANCEL, needs="ask", variant=ActionVariant.DANGER)

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may decide about payouts."""
        return request.user.has_perm(APPROVE_MONEY)

    def has_send_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may send what is approved."""
        return request.user.has_perm("payouts.send_payout")

    def has_ask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may ask for payouts."""
        return request.user.has_perm("payouts.add_payout")

    @admin.display(description="why it was not paid")
    def failure(self, payout: Payout) -> str | None:
        """Show why it came back."""
        return write_failure(payout.failure_message, payout.failure_code)

    @admin.display(description="asked for by")
    def asked_by(self, payout: Payout) -> str:
        """Show who asked for it, and who decided."""
        approvals = Approval.objects.filter(subject=payout.natural_key).order_by("pk")
        approvals = approvals.select_related("decided_by")
        decided = [f"{each.get_status_display()}: {each.decided_by or 'nobody yet'}" for each in approvals]
        return "; ".join([name_asker(payout), *decided])

    @admin.display(description="ledger")
    def ledger(self, payout: Payout) -> str:
        """Link to the transactions that booked it."""
        rows = LedgerTransaction.objects.filter(reference=payout.natural_key).order_by("pk")
        return format_html_join(", ", "{}", ((link_to(row, row.get_kind_display()),) for row in rows))


class AccountForm(forms.Form):
    """Whose payouts go where, and why."""

    license_id = forms.ModelChoiceField(
        Organization.objects.all(),
        to_field_name="license_id",
        label="Licence id of the seller",
        widget=UnfoldAdminTextInputWidget,
    )
    currency = forms.ChoiceField(
        choices=[(code, code) for code in sorted(EXPONENTS)],
        initial=lambda: settings.DEFAULT_CURRENCY,
        widget=UnfoldAdminSelectWidget,
    )
    holder = forms.CharField(label="Legal name of the holder", widget=UnfoldAdminTextInputWidget)
    iban = forms.CharField(label="IBAN", required=False, widget=UnfoldAdminTextInputWidget)
    other_account = forms.CharField(
        label="Account and bank, where there is no IBAN", required=False, widget=UnfoldAdminTextInputWidget
    )
    processor_account = forms.CharField(
        label="Account at the processor", required=False, widget=UnfoldAdminTextInputWidget
    )
    street = forms.CharField(widget=UnfoldAdminTextInputWidget)
    postcode = forms.CharField(required=False, widget=UnfoldAdminTextInputWidget)
    town = forms.CharField(widget=UnfoldAdminTextInputWidget)
    country = forms.CharField(widget=UnfoldAdminTextInputWidget, help_text="Two letters, such as DE.")
    reason = forms.CharField(widget=UnfoldAdminTextInputWidget, help_text="Stays with the account.")


@admin.register(PayoutAccount)
class PayoutAccountAdmin(AddedByService, ActPages):
    """Where the payouts of sellers go, and went before."""

    add_page = AddPage("Tell where payouts go", needs_factor=True)
    service_form = AccountForm
    acts = ACCOUNT_ACTS
    actions_detail = ("request_payout", "pay_monthly", "stop_monthly")
    seller = link("organization", "seller")
    created = instant("created_at", "told")
    replaced = instant("replaced_at", "replaced")
    short_id = brief_id()
    list_display = ("holder", "seller", "currency", "shown", "created", "replaced", "short_id")
    list_select_related = ("organization",)
    linked_filters = ("organization__id__exact",)
    search_fields = ("public_id",)
    search_help_text = "Account id, or seller by name, licence or id"
    readonly_fields = ("shown", "balance", "payouts")
    fieldsets = (
        (None, {"fields": (("seller", "currency"), ("holder", "shown"), ("bic", "processor_account"))}),
        ("Address", {"fields": ("street", ("postcode", "town", "country"))}),
        ("Money", {"fields": ("balance", "payouts")}),
        ("Who and when", {"fields": (("actor", "reason"), ("created", "replaced"))}),
    )

    def find(self, term: str) -> Q:
        """Find by id or seller."""
        return find_payout_accounts(term)

    def list_facts(self, subject: Any) -> list[str]:
        """Name an account by its seller and what may be shown of it."""
        return [str(subject.organization), f"{subject.holder}, {subject.masked}", subject.currency]

    def explain(self) -> list[str]:
        """Say what telling an account does."""
        return [
            "It replaces the account that the seller has in this currency, if there is one.",
            "Payouts that were not sent yet go to the new one and must be approved anew.",
            "Payouts to a new account begin some days later (PAYOUT_NEW_ACCOUNT_DAYS).",
        ]

    def add_by_service(self, said: dict[str, Any], *, user: User) -> Model:
        """Keep where payouts go."""
        seller, currency, reason = (said.pop(name) for name in ("license_id", "currency", "reason"))
        destination = Destination(**said)  # type: ignore[typeddict-item]
        return change_account(
            organization_id=seller.pk,
            currency=currency,
            destination=destination,
            actor=name_staff(user),
            by=user,
            reason=reason,
        )

    request_payout = button(REQUEST, needs="ask", path="request", variant=ActionVariant.PRIMARY)
    pay_monthly = button(PAY_MONTHLY, needs="ask", path="monthly")
    stop_monthly = button(STOP_MONTHLY, needs="ask")

    def has_ask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may ask for payouts."""
        return request.user.has_perm("payouts.add_payout")

    @admin.display(description="account")
    def shown(self, account: PayoutAccount) -> str:
        """Show what may be shown of it."""
        return account.masked

    @admin.display(description="balance")
    def balance(self, account: PayoutAccount) -> str:
        """Show what is available now, line by line."""
        return format_html_join("", "<p>{}</p>", ((line,) for line in describe_balance(account)))

    @admin.display(description="payouts")
    def payouts(self, account: PayoutAccount) -> str:
        """Link to what went there."""
        return link_to_list(Payout, "Payouts", account__id__exact=account.pk)
