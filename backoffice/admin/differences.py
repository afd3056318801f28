"""Differences between processors' lists and our books, each to be settled by a person with a reason."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import Act, button
from backoffice.admin.bulk_acts import BulkAct, BulkPages
from backoffice.admin.exported_columns import DIFFERENCES
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.admin.looks import LookFilter
from backoffice.columns import figure, instant, keep_together, link, money
from backoffice.questions import UNSETTLED
from bookkeeping.models import Difference
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
        f"{_write(difference.ours_minor, difference.currency)}.",
        "Say what it is and what was done about it. No money moves, and nothing is posted: what is wrong in "
        "the books is put right by a correction.",
        "It does not hold up the close of its month any more.",
    ],
    run=settle_difference,
    needs_factor=True,
)


def is_small(difference: Difference) -> bool:
    """Say whether it is not settled, and of less than one unit of its currency."""
    if difference.settled_at is not None:
        return False
    apart = abs((difference.listed_minor or 0) - (difference.ours_minor or 0))
    return apart < 10 ** find_exponent(difference.currency)


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
    apart = money("apart_minor", "difference")
    list_display = (
        *("apart", "listed", "ours", "kind", "gateway", "month_link", "found", "settled", "reference"),
    )
    totalled = ("currency", "apart_minor")
    exported = DIFFERENCES
    list_select_related = ("month", "attempt")
    list_filter = (
        filter_days("found_at", "day of finding"),
        filter_amounts("listed_minor", "ours_minor"),
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
        """Work out how far the processor's amount and ours are apart."""
        differences: QuerySet[Difference] = super().get_queryset(request)
        apart = Coalesce("listed_minor", 0) - Coalesce("ours_minor", 0)
        return differences.annotate(apart_minor=apart)

    def find(self, term: str) -> Q:
        """Find by the processor's reference."""
        return Q(reference=term)

    def list_facts(self, subject: Difference) -> list[str]:
        """Name the movement."""
        return [f"{subject.gateway} {subject.reference}", subject.get_kind_display(), str(subject.month)]

    @figure("listed")
    def listed(self, difference: Difference) -> str:
        """Show the processor's amount."""
        return keep_together(_write(difference.listed_minor, difference.currency))

    @figure("ours")
    def ours(self, difference: Difference) -> str:
        """Show our amount."""
        return keep_together(_write(difference.ours_minor, difference.currency))

    settle = button(SETTLE, needs="manage", variant=ActionVariant.PRIMARY)

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may settle differences."""
        return request.user.has_perm("bookkeeping.change_difference")


def _write(minor: int | None, currency: str) -> str:
    return "nothing" if minor is None else str(Money(minor, currency))
