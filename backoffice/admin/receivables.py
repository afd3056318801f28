"""Customers' accounts, to look at: what each owes, and what was offset by what."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from unfold.enums import ActionVariant

from approvals.models import Approval
from backoffice.admin.acts import Act, ActPages, button
from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.exported_columns import ALLOCATIONS, RECEIVABLES
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.columns import draw_lines, instant, link, link_to_list, money
from backoffice.receivable_presenters import explain_receivable
from backoffice.search.lists import find_allocations, find_customer_transactions
from backoffice.write_off_presenters import explain_debt_write_off, tell_write_off
from core.money import Money
from ledger.models import Allocation, CustomerTransaction
from ledger.transaction_types import Side
from ledger.write_offs import is_owed, write_off_debt


def write_off(pk: int, *, user: User, reason: str) -> CustomerTransaction | Approval:
    """Cover what is open of a debt, or ask a second person to let that happen."""
    return write_off_debt(transaction_id=pk, reason=reason, requested_by=user)


WRITE_OFF = Act(
    name="write_off",
    title="Write off",
    done=tell_write_off,
    pointless="Nothing of this is owed.",
    applies=is_owed,
    explain=explain_debt_write_off,
    run=write_off,
    variant="danger",
    by_user=True,
    needs_factor=True,
)


@admin.register(CustomerTransaction)
class CustomerTransactionAdmin(ActPages):
    """Invoices, payments, credits, fees and their reversals."""

    acts = (WRITE_OFF,)
    actions_detail = ("write_off",)

    amount = money("amount_minor", "amount")
    balance = money("balance_minor", "open")
    charge_link = link("charge", "charge")
    attempt_link = link("attempt", "declined attempt")
    subscription_link = link("subscription", "subscription")
    dispute_link = link("dispute", "dispute")
    reverses_link = link("reverses", "reverses")
    recorded = instant("created_at", "recorded")
    list_display = ("amount", "balance", "type", "customer", "due_on", "recorded", "code", "id")
    day_field = "created_at"
    totalled = ("type", "currency", "amount_minor")
    exported = RECEIVABLES
    list_select_related = ("customer",)
    list_filter = (filter_days("created_at", "day of recording"), filter_amounts("amount_minor"), "type")
    search_fields = ("id",)
    search_help_text = "Id, code, attempt key, or the id of the customer, charge, subscription or dispute"
    fields = (
        "public_id",
        "code",
        "charge_link",
        "attempt_link",
        "subscription_link",
        "period",
        "dispute_link",
        "customer",
        "type",
        "side",
        "amount",
        "balance",
        "why",
        "due_on",
        "account_type",
        "invoice_list",
        "note",
        "reverses_link",
        "creator",
        "recorded",
        "allocations",
    )

    def list_facts(self, subject: CustomerTransaction) -> list[str]:
        """Return what it is, whose and how much."""
        amount = Money(subject.amount_minor, subject.currency)
        return [f"{subject.get_type_display()}, {amount}", str(subject.customer), str(subject.public_id)]

    write_off = button(WRITE_OFF, needs="write_off", variant=ActionVariant.DANGER)

    def has_write_off_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may write off what is owed."""
        return request.user.has_perm("charges.write_off_charge")

    def find(self, term: str) -> Q:
        """Find by any id or code."""
        return find_customer_transactions(term)

    @admin.display(description="why this amount")
    def why(self, transaction: CustomerTransaction) -> str:
        """Show where the amount comes from, and what is left of it."""
        return draw_lines(explain_receivable(transaction))

    @admin.display(description="allocations")
    def allocations(self, transaction: CustomerTransaction) -> str:
        """Link to what it offsets or what offsets it, which may be many."""
        end = "source" if transaction.side == Side.CREDIT else "target"
        return link_to_list(Allocation, "Show allocations", **{f"{end}__id__exact": transaction.pk})


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """What was offset by what, and what ended it."""

    amount = money("amount_minor", "amount")
    source_link = link("source", "from")
    target_link = link("target", "to")
    cause_link = link("cause", "ended by")
    allocated = instant("created_at", "allocated")
    ended = instant("deactivated_at", "ended")
    list_display = (
        "amount",
        "is_active",
        "source_link",
        "target_link",
        "cause_link",
        "allocated",
        "ended",
        "id",
    )
    totalled = ("currency", "amount_minor")
    exported = ALLOCATIONS
    list_select_related = ("source", "target", "cause")
    list_filter = ("is_active",)
    linked_filters = ("source__id__exact", "target__id__exact")
    search_fields = ("id",)
    search_help_text = "Id or code of a transaction, attempt key, id of the customer, charge or subscription"
    fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        """Tell the currency, which is that of both ends."""
        allocations: QuerySet[Allocation] = super().get_queryset(request)
        return allocations.annotate(currency=F("source__currency"))

    def find(self, term: str) -> Q:
        """Find by the transaction on either end."""
        return find_allocations(term)
