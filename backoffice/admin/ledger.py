"""The books, to look at."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs
from django.http import HttpRequest

from backoffice.admin.as_of import AS_OF, AsOfFilter, ask_instant, show_balances
from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.exported_columns import ACCOUNTS, ENTRIES, TRANSACTIONS
from backoffice.admin.filters import TEST, DayFilter, ModeFilter, filter_days
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.columns import (
    draw_lines,
    figure,
    instant,
    keep_together,
    link,
    link_to,
    link_to_list,
    mode,
    money,
)
from backoffice.entry_presenters import explain_figures
from backoffice.ledger_presenters import explain_entry, name_account, write_balance, write_change
from backoffice.search.lists import find_transactions, list_organizations
from charges.models import Charge
from ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind

NAMED = 1_000
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    """Accounts with their balances as of any instant; what is owed or earned is positive."""

    holder = link("organization", "holder")
    in_mode = mode(lambda account: not account.livemode)
    opened = instant("created_at", "opened")
    list_display = ("balance", "named", "holder", "in_mode", "opened", "id")
    list_select_related = ("organization",)
    list_filter = (AsOfFilter, ModeFilter, "kind")
    exported = ACCOUNTS
    totalled = ("currency", "balance_minor")
    linked_filters = ("organization__id__exact",)
    search_fields = ("id",)
    search_help_text = "Organisation, licence or organisation id"
    fields = ("kind", "holder", "currency", "in_mode", "balance", "shown_as_of", "opened", "entries")
    shown_as_of = instant("as_of", "balance as of")
    change_form_outer_before_template = "admin/as_of.html"

    def find(self, term: str) -> Q:
        """Find by holder."""
        return Q(organization__in=list_organizations(term))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Read the balance along, as of the instant that was asked for."""
        account = super().get_object(request, object_id, from_field)
        if account is None:
            return None
        form = ask_instant(request)
        at = form.cleaned_data[AS_OF] if form.is_valid() else None
        shown = show_balances(LedgerAccount.objects.filter(pk=account.pk), at).get()
        account.balance_minor, account.as_of = shown.balance_minor, shown.as_of
        return account

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        """Show the form that asks for an instant, too."""
        return super().render_change_form(request, context | {"as_of": ask_instant(request)}, **kwargs)

    @figure("balance")
    def balance(self, account: Any) -> str:
        """Show the balance; what is owed is positive."""
        return keep_together(write_balance(account, account.balance_minor))

    @admin.display(description="account")
    def named(self, account: LedgerAccount) -> str:
        """Show what it holds."""
        return name_account(account)

    @admin.display(description="entries")
    def entries(self, account: LedgerAccount) -> str:
        """Link to the entries, which may be millions."""
        return link_to_list(LedgerEntry, "Show entries", account__id__exact=account.pk)


class EntryColumns:
    """How an entry is shown."""

    @admin.display(description="account")
    def account_link(self, entry: LedgerEntry) -> str | None:
        """Link to the account by what it holds."""
        return link_to(entry.account, name_account(entry.account))

    @figure("change")
    def amount(self, entry: LedgerEntry) -> str:
        """Show by how much the account grew or shrank."""
        return keep_together(write_change(entry))

    @admin.display(description="why this amount")
    def why(self, entry: LedgerEntry) -> str:
        """Show what was booked and for what."""
        return explain_entry(entry)


class EntryInline(EntryColumns, ReadOnlyInline):
    """The lines of a transaction."""

    model = LedgerEntry
    verbose_name_plural = "entries"
    fields = readonly_fields = ("account_link", "amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        """Fetch the accounts along."""
        entries: QuerySet[LedgerEntry] = super().get_queryset(request)
        return entries.select_related("account__organization")


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(ReadOnlyAdmin):
    """Moves of money, each with its entries."""

    in_mode = mode(lambda transaction: not transaction.livemode)
    posted = instant("created_at", "posted")
    amount = money("moved_minor", "amount")
    list_display = ("amount", "kind", "in_mode", "description", "posted", "reference")
    list_filter = (filter_days("created_at", "day of posting"), ModeFilter, "kind")
    totalled = ("kind", "currency", "moved_minor")
    exported = TRANSACTIONS
    search_fields = ("reference",)
    search_help_text = "Reference, charge id or transaction id"
    fields = ("public_id", "kind", "reference", "charge", "description", "in_mode", "amount", "posted")
    inlines = (EntryInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerTransaction]:
        """Add up the debits of each row."""
        transactions: QuerySet[LedgerTransaction] = super().get_queryset(request)
        debits = LedgerEntry.objects.filter(transaction=OuterRef("pk"), amount_minor__gt=0).order_by()
        moved = Sum("amount_minor", output_field=BigIntegerField())
        of_each = debits.values("transaction").annotate(moved=moved).values("moved")
        return transactions.annotate(moved_minor=Subquery(of_each))

    def find(self, term: str) -> Q:
        """Find by reference or id."""
        return find_transactions(term)

    def name_total(self, *kind: str) -> str:
        """Name sums by the kind of the transactions."""
        return str(TransactionKind(kind[0]).label)

    @admin.display(description="charge")
    def charge(self, transaction: LedgerTransaction) -> str | None:
        """Link to the charge that it booked, or whose dispute or fee it booked."""
        found = UUID.search(transaction.reference)
        if found is None:
            return None
        # One after the other: either of two tables is in no index.
        charges = (
            Charge.objects.filter(public_id=found[0]),
            Charge.objects.filter(disputes__public_id=found[0]),
        )
        return link_to(charges[0].first() or charges[1].first())


class EntryModeFilter(ModeFilter):
    """Live money or tests, as the account says."""

    is_test = Q(account__livemode=False)

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep the money that was asked for. Accounts of tests are named: then an index finds theirs."""
        accounts = LedgerAccount.objects.filter(livemode=False).values_list("pk", flat=True)
        named = list(accounts[: NAMED + 1]) if said.get("mode") == TEST else []
        if 0 < len(named) <= NAMED:
            return rows.filter(account__in=named)
        return super().narrow(rows, said)


class PostingDayFilter(DayFilter):
    """The entries of what was posted on some days, found by the ids of the transactions of these days."""

    title = "day of posting"
    field = "posted"

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep those of the transactions of these days."""
        if not any(said.values()):
            return rows
        posted = LedgerTransaction.objects.annotate(posted=F("created_at"))
        # Of an expression: for the key itself the planner would walk the table from both of its ends.
        number = F("pk") + 0
        ends = super().narrow(posted, said).aggregate(first=Min(number), last=Max(number))
        found = rows.filter(transaction_id__gte=ends["first"] or 0, transaction_id__lte=ends["last"] or 0)
        return super().narrow(found.annotate(posted=F("transaction__created_at")), said)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(EntryColumns, ReadOnlyAdmin):
    """Lines, mostly looked at by account."""

    in_mode = mode(lambda entry: not entry.account.livemode)
    list_display = ("amount", "account_link", "in_mode", "why", "transaction_link", "id")
    list_filter = (PostingDayFilter, EntryModeFilter)
    day_field = "transaction_id"
    found_by_day = (*PostingDayFilter.list_fields(),)
    totalled = ("side", "currency", "moved_minor")
    exported = ENTRIES
    list_select_related = ("account__organization", "transaction")
    linked_filters = ("account__id__exact",)
    fields = ("amount", "account_link", "figures", "transaction_link", "id")
    search_fields = ("id",)
    search_help_text = "Reference of the transaction, charge id or transaction id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        """Tell the sides apart, so that a sum is of one of them."""
        entries: QuerySet[LedgerEntry] = super().get_queryset(request)
        side = Case(When(amount_minor__gt=0, then=Value("debit")), default=Value("credit"))
        return entries.annotate(currency=F("account__currency"), side=side, moved_minor=Abs("amount_minor"))

    @admin.display(description="why this amount")
    def figures(self, entry: LedgerEntry) -> str:
        """Show the rule and the figures that it was applied to."""
        return draw_lines([explain_entry(entry), *explain_figures(entry)])

    @admin.display(description="transaction")
    def transaction_link(self, entry: LedgerEntry) -> str | None:
        """Link to the transaction by its kind."""
        return link_to(entry.transaction, entry.transaction.get_kind_display())

    def find(self, term: str) -> Q:
        """Find by the transaction."""
        found = LedgerTransaction.objects.filter(find_transactions(term)).values_list("pk", flat=True)
        return Q(transaction__in=list(found))
