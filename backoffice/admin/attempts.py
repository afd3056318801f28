"""Attempts, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages, button
from backoffice.admin.attempt_acts import ACTS, SETTLE
from backoffice.admin.exported_columns import ATTEMPTS
from backoffice.admin.failure_filters import AttemptFailureFilter
from backoffice.admin.filters import ModeFilter, filter_amounts, filter_days
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.admin.looks import LookFilter
from backoffice.charge_presenters import describe_fee
from backoffice.columns import badge, instant, link, mode, money, write_failure
from backoffice.questions import RETURNED_LATELY
from backoffice.search.lists import find_attempts
from charges.models import Attempt, AttemptFee, AttemptReview, AttemptState

STATE_COLOURS = {
    AttemptState.SENDING: "info",
    AttemptState.UNKNOWN: "warning",
    AttemptState.AWAITING_BUYER: "warning",
    AttemptState.SUCCEEDED: "success",
    AttemptState.DECLINED: "danger",
    AttemptState.NEEDS_REVIEW: "danger",
    AttemptState.RETURNED: "danger",
}


class AttemptColumns:
    """How an attempt is shown, in its own list and below its charge."""

    state_badge = badge("state", "state", STATE_COLOURS)
    amount = money("amount_minor", "amount")
    sent = instant("sent_at", "sent")
    resolved = instant("resolved_at", "resolved")
    next_check = instant("check_at", "processor is asked next")
    in_mode = mode(lambda attempt: not attempt.livemode)

    @admin.display(description="what the gateway said")
    def said(self, attempt: Attempt) -> str | None:
        """Show message and code."""
        return write_failure(attempt.message, attempt.code)


class AttemptInline(AttemptColumns, ReadOnlyInline):
    """The attempts to collect a charge."""

    model = Attempt
    verbose_name_plural = "attempts to collect"
    ordering = ("number",)
    fields = readonly_fields = (
        "number",
        "state_badge",
        "amount",
        "gateway",
        "gateway_reference",
        "said",
        "sent",
        "resolved",
        "next_check",
    )


class ReviewInline(ReadOnlyInline):
    """What people decided about the attempt."""

    model = AttemptReview
    verbose_name_plural = "decisions of people"
    ordering = ("-pk",)
    at = instant("created_at", "at")
    fields = readonly_fields = ("outcome", "reference", "said", "at", "actor", "reason")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the attempt sees this."""
        return True


class ReturnedFilter(LookFilter):
    """Refunds that came back lately."""

    title = "came back"
    questions = (RETURNED_LATELY,)


@admin.register(Attempt)
class AttemptAdmin(AttemptColumns, ActPages):
    """Every call of a gateway, above all those without an answer."""

    acts = ACTS
    actions_detail = ("settle",)
    inlines = (ReviewInline,)

    charge_link = link("charge", "charge")
    readonly_fields = ("fee_amount", "is_final")
    list_display = ("amount", "state_badge", "in_mode", "gateway", "said", "sent", "next_check", "key")
    day_field = "sent_at"
    found_by_day = ("failure",)
    list_filter = (
        filter_days("sent_at", "day of sending"),
        filter_amounts("amount_minor"),
        ModeFilter,
        AttemptFailureFilter,
        ReturnedFilter,
        "state",
    )
    totalled = ("currency", "amount_minor")
    exported = ATTEMPTS
    search_fields = ("key",)
    search_help_text = "Attempt key, gateway reference or charge id"
    fieldsets = (
        (None, {"fields": ("key", "state_badge", "in_mode", "charge_link")}),
        (
            "Gateway",
            {"fields": (("amount", "gateway", "gateway_reference"), ("said", "is_final"), "fee_amount")},
        ),
        ("When", {"fields": (("sent", "resolved"), ("next_check", "checks"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        """Fetch the charge along; the list does without."""
        attempts: QuerySet[Attempt] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.kwargs.get("object_id"):
            return attempts.select_related("charge")
        return attempts

    @admin.display(description="declined for good", boolean=True)
    def is_final(self, attempt: Attempt) -> bool:
        """Show whether the processor says that trying again is pointless."""
        return attempt.hard

    def list_facts(self, subject: Attempt) -> list[str]:
        """Return what was to move, for what, and under which key."""
        return [f"{subject.charge.name}, {subject.money}", str(subject.charge.public_id), subject.key]

    settle = button(SETTLE, needs="review", variant=ActionVariant.DANGER)

    def has_review_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may decide about attempts that need review."""
        return request.user.has_perm("charges.review_attempt")

    def find(self, term: str) -> Q:
        """Find by key, reference or charge."""
        return find_attempts(term)

    @admin.display(description="processor's fee")
    def fee_amount(self, attempt: Attempt) -> str | None:
        """Show what the processor kept, and when the rest can be paid out."""
        return describe_fee(AttemptFee.objects.filter(attempt=attempt).first())
