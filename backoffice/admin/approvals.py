"""What waits for a second person, and what was decided."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.enums import ActionVariant

from approvals.four_eyes import APPROVE_MONEY
from approvals.models import Approval, ApprovalChange, ApprovalStatus
from backoffice.admin.acts import ActPages, button
from backoffice.admin.approval_acts import ACTS, APPROVE, REJECT, TAKE_BACK, explain
from backoffice.admin.exported_columns import APPROVALS
from backoffice.admin.filters import filter_amounts, filter_days
from backoffice.admin.inlines import ReadOnlyInline
from backoffice.approval_terms import read_amounts, tell_each
from backoffice.columns import SHORT_ID, badge, draw_id, instant, link_to, mode, money
from backoffice.requesters import name_requester
from backoffice.search.lists import find_approvals
from charges.models import Charge
from payouts.models import Payout

COLOURS: dict[str, str] = {
    ApprovalStatus.REQUESTED: "warning",
    ApprovalStatus.APPROVED: "info",
    ApprovalStatus.USED: "success",
    ApprovalStatus.REJECTED: "danger",
}
DECIDING = (APPROVE.name, REJECT.name)


class ApprovalHistoryInline(ReadOnlyInline):
    """Who decided, and when it was done."""

    model = ApprovalChange
    verbose_name_plural = "history"
    hide_title = True
    at = instant("created_at", "at")
    fields = readonly_fields = ("from_status", "to_status", "at", "actor", "reason")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the approval sees this."""
        return True


@admin.register(Approval)
class ApprovalAdmin(ActPages):
    """Requests to do something with money; who asked for one sees no button to approve it."""

    acts = ACTS
    status_badge = badge("status", "status", COLOURS)
    in_mode = mode(lambda approval: not approval.livemode)
    amount = money("amount_minor", "amount")
    asked = instant("requested_at", "asked for")
    decided = instant("decided_at", "decided")
    used = instant("used_at", "done")
    list_display = (
        *("amount", "status_badge", "in_mode", "what", "who", "requester", "asked", "reason"),
        *("decided_by", "decided", "short_subject"),
    )
    totalled = ("act", "currency", "amount_minor")
    is_test = Q(livemode=False)
    exported = APPROVALS
    list_select_related = ("requested_by", "requested_by_account", "decided_by")
    list_filter = (
        filter_days("requested_at", "day of asking"),
        filter_amounts("amount_minor"),
        "status",
        "act",
    )
    search_fields = ("subject",)
    search_help_text = "What it is about (refund:...), or the id of the approval, its refund or its charge"
    inlines = (ApprovalHistoryInline,)
    actions_detail = ("approve", "reject", "take_back")
    readonly_fields = ("what_will_happen", "about", "requester")
    fieldsets = (
        (None, {"fields": (("act", "status_badge", "in_mode"), "what_will_happen", "about")}),
        ("Asked for", {"fields": (("requester", "asked"), "reason")}),
        ("Decided", {"fields": (("decided_by", "decided"), "used")}),
        ("Exactly", {"fields": ("public_id", "subject", "terms", "fingerprint")}),
    )

    def find(self, term: str) -> Q:
        """Find by any id."""
        return find_approvals(term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        """Fetch the people along, and read the money from the terms."""
        approvals: QuerySet[Approval] = super().get_queryset(request)
        return read_amounts(approvals.select_related(*self.list_select_related))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Fetch what all rows of the page are about at once."""
        page = super().get_changelist_instance(request)
        page.result_list = tell_each(page.result_list)
        return page

    @admin.display(description="asks for")
    def what(self, approval: Any) -> str:
        """Show in words what is asked for."""
        return approval.told.what or approval.get_act_display()

    @admin.display(description="who pays or is paid")
    def who(self, approval: Any) -> str:
        """Show whose money moves, and which way."""
        return str(approval.told.who)

    @admin.display(description="subject")
    def short_subject(self, approval: Approval) -> str:
        """Show the beginning of the id of what it is about, and all of it as a hint."""
        kind, colon, key = approval.subject.partition(":")
        return draw_id(approval.subject, f"{kind}{colon}{key[:SHORT_ID]}")

    def list_facts(self, subject: Approval) -> list[str]:
        """Return what it is, who asked for it and when."""
        asked = f"{subject.requested_at:%Y-%m-%d %H:%M} UTC"
        return [
            f"{subject.get_act_display()} {subject.subject}",
            f"Asked for by {name_requester(subject)}, {asked}",
        ]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer no decision to who asked, and taking back to nobody else."""
        offered = super().get_actions_detail(request, object_id)
        subject = self.get_object(request, unquote(str(object_id))) if offered else None
        is_requester = subject is not None and subject.requested_by_id == request.user.pk
        return [
            each for each in offered if is_requester is (each.method.original_function_name not in DECIDING)
        ]

    approve = button(APPROVE, needs="approve", variant=ActionVariant.PRIMARY)
    reject = button(REJECT, needs="approve", variant=ActionVariant.DANGER)
    take_back = button(TAKE_BACK, needs="take_back")

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may decide about what others ask for."""
        return request.user.has_perm(APPROVE_MONEY)

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person asked for it."""
        mine = Approval.objects.filter(pk=object_id, requested_by=request.user.pk) if object_id else None
        return mine is None or mine.exists()

    @admin.display(description="what will happen")
    def what_will_happen(self, approval: Approval) -> str:
        """Show it in words, to the cent, with what there is before and after."""
        if approval.status != ApprovalStatus.REQUESTED:
            return "Nothing more; it is decided."
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in explain(approval)))

    @admin.display(description="about")
    def about(self, approval: Approval) -> str | None:
        """Link to the charge or payout."""
        charge, payout = (approval.details.get(name) for name in ("charge", "payout"))
        if payout:
            return link_to(Payout.objects.filter(public_id=payout).first())
        return link_to(Charge.objects.filter(public_id=charge).first()) if charge else None

    @admin.display(description="asked for by")
    def requester(self, approval: Approval) -> str:
        """Show who asked."""
        return name_requester(approval)
