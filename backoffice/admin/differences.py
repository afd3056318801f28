"""Differences between processors' lists and our books, each to be settled by a person with a reason."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Abs, Coalesce
from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import Act, button
from backoffice.admin.bulk_acts import BulkAct, BulkPages
from backoffice.admin.exported_columns import DIFFERENCES
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.admin.looks import LookFilter
from backoffice.columns import figure, instant, keep_together, link
from backoffice.questions import UNSETTLED
from bookkeeping.models import Difference, DifferenceKind
from bookkeeping.reconciliation.comparing import settle_difference
from core.currencies import find_exponent
from core.money import Money

SETTLE = Act(
    name="settle",
    title="Settle the difference",
    done="The difference is settled.",
    pointless="This difference is settled already.",
    applies=lambda difference: difference.settled_at is None,
    explain=lambda difference: [
        f"The processor lists {_write(difference.listed_minor, difference.currency)}, and we have "
        f"{_write(difference.ours_minor, difference.ours_currency)}.",
        "Say what it is and what was done about it. No money moves, and nothing is posted: what is wrong in "
        "the books is put right by a correction.",
        "It does not hold up the close of its month any more.",
    ],
    run=settle_difference,
    needs_factor=True,
)


# What the sums above the list are of.
SUMS = {
    DifferenceKind.ONLY_LISTED: "Only listed",
    DifferenceKind.ONLY_OURS: "Only ours",
    DifferenceKind.AMOUNT: "Amounts",
    DifferenceKind.FEE: "Fees",
    DifferenceKind.DISPUTE: "Disputes",
}
# The same number in two currencies is a difference of amounts, too, and one of a payout names no attempt.
IN_TWO_CURRENCIES = Q(kind=DifferenceKind.AMOUNT) & (
    ~Q(ours_currency=F("currency")) | Q(listed_minor=F("ours_minor"))
)


def is_small(difference: Any) -> bool:
    """Say whether it is not settled, and of less than one unit of its currency."""
    if difference.settled_at is not None or difference.apart_minor is None:
        return False
    return abs(difference.apart_minor) < 10 ** find_exponent(difference.currency)


SETTLE_SMALL = replace(
    SETTLE,
    name="settle_small",
    title="Settle small differences",
    pointless="It is settled already, or of one unit of its currency or more: settle that by itself.",
    applies=is_small,
)


class SettlementFilter(LookFilter):
    """Differences that hold up the close of their month."""

    questions = (UNSETTLED,)


@admin.register(Difference)
class DifferenceAdmin(BulkPages):
    """What processors list otherwise than we have it, the newest first."""

    bulk_acts = (BulkAct(SETTLE_SMALL, "manage"),)
    grants = ("view", "change")
    month_link = link("month", "month")
    attempt_link = link("attempt", "attempt")
    found = instant("found_at", "found")
    settled = instant("settled_at", "settled")
    list_display = (
        *("apart", "listed", "ours", "kind", "gateway", "month_link", "found", "settled", "reference"),
    )
    totalled = ("kind", "currency", "apart_minor")
    exported = DIFFERENCES
    list_select_related = ("month", "attempt")
    list_filter = (
        filter_days("found_at", "day of finding"),
        filter_amounts("listed_size", "ours_size"),
        SettlementFilter,
        "kind",
        "gateway",
    )
    linked_filters = ("month__id__exact",)
    search_fields = ("reference",)
    search_help_text = "The processor's name of the payment or refund"
    acts = (SETTLE,)
    actions_detail = ("settle",)
    fields = (
        ("reference", "gateway"),
        ("month_link", "kind"),
        ("listed", "ours"),
        "attempt_link",
        ("found", "settled"),
        ("settled_by", "reason"),
    )
    readonly_fields = ("month_link", "attempt_link", "listed", "ours", "found", "settled")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Difference]:
        """Work out how far the processor's amount and ours are apart: NULL for those in two currencies.

        What was paid out or given back is negative; it is looked for by its size.
        """
        differences: QuerySet[Difference] = super().get_queryset(request)
        of_attempt = When(kind=DifferenceKind.AMOUNT, attempt__isnull=False, then=F("attempt__currency"))
        apart = Coalesce("listed_minor", 0) - Coalesce("ours_minor", 0)
        return differences.annotate(
            ours_currency=Case(of_attempt, default=F("currency")),
            listed_size=Abs("listed_minor"),
            ours_size=Abs("ours_minor"),
        ).annotate(apart_minor=Case(When(IN_TWO_CURRENCIES, then=None), default=apart))

    def name_total(self, *kind: str) -> str:
        """Say what differs: a fee and an amount do not add up."""
        return SUMS[DifferenceKind(kind[0])]

    def find(self, term: str) -> Q:
        """Find by the processor's reference."""
        return Q(reference=term)

    def list_facts(self, subject: Difference) -> list[str]:
        """Name the movement."""
        return [f"{subject.gateway} {subject.reference}", subject.get_kind_display(), str(subject.month)]

    @figure("difference")
    def apart(self, difference: Any) -> str:
        """Show how much more the processor lists, or that there are two currencies."""
        if difference.apart_minor is None:
            return "two currencies"
        return keep_together(_write(difference.apart_minor, difference.currency))

    @figure("listed")
    def listed(self, difference: Difference) -> str:
        """Show the processor's amount."""
        return keep_together(_write(difference.listed_minor, difference.currency))

    @figure("ours")
    def ours(self, difference: Any) -> str:
        """Show our amount, in the currency of our attempt."""
        return keep_together(_write(difference.ours_minor, difference.ours_currency))

    settle = button(SETTLE, needs="manage", variant=ActionVariant.PRIMARY)

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may settle differences."""
        return request.user.has_perm("bookkeeping.change_difference")


def _write(minor: int | None, currency: str) -> str:
    return "nothing" if minor is None else str(Money(minor, currency))
