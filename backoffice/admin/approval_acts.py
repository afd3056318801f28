"""Staff acts on what waits for a second person: approve it, reject it, take it back."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from approvals.models import Approval, ApprovalStatus
from backoffice.admin.acts import Act, ReasonForm
from backoffice.approval_doors import DOORS


class ApproveForm(ReasonForm):
    """Nothing but the click: what is approved, and why it was asked for, is on the page."""

    reason = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        """Return nothing: an approval has no reason of its own."""
        return ""

    def describe(self) -> str:
        """Return what the log of the admin keeps."""
        return f"{self.subject.get_act_display()} {self.subject.fingerprint[:12]}"


def _find(pk: int) -> Approval:
    return Approval.objects.get(pk=pk)


def approve(pk: int, *, user: User, reason: str, **gathered: Any) -> Approval:
    """Let it happen."""
    approval = _find(pk)
    return DOORS[approval.act].approve(approval, decided_by=user, **gathered)


def gather(approval: Any) -> dict[str, Any]:
    """Return what has to be asked outside before it can happen."""
    door = DOORS[approval.act]
    return door.gather(approval) if door.gather else {}


def reject(pk: int, *, user: User, reason: str) -> None:
    """Refuse it."""
    approval = _find(pk)
    DOORS[approval.act].reject(approval, decided_by=user, reason=reason)


def take_back(pk: int, *, actor: str, reason: str) -> None:
    """Want it no more."""
    approval = _find(pk)
    DOORS[approval.act].take_back(approval, actor=actor, reason=reason)


def explain(approval: Any) -> list[str]:
    """Return what will happen, to the cent, and why it was asked for."""
    door = DOORS.get(approval.act)
    said = door.explain(approval) if door else ()
    return [*said, f"Reason: {approval.reason}"]


def tell_approval(approval: Approval) -> str:
    """Return what became of it."""
    if approval.status == ApprovalStatus.VOID:
        return "What would happen has changed since it was asked for: the request is void. Nothing was done."
    return "It is approved."


def _waits(approval: Any) -> bool:
    return approval.status == ApprovalStatus.REQUESTED and approval.act in DOORS


APPROVE = Act(
    name="approve",
    title="Approve",
    done=tell_approval,
    pointless="Nothing waits for a decision here.",
    applies=_waits,
    explain=explain,
    run=approve,
    form=ApproveForm,
    by_user=True,
    gather=gather,
    needs_factor=True,
)
REJECT = Act(
    name="reject",
    title="Reject",
    done="It is rejected; nothing was done.",
    pointless="Nothing waits for a decision here.",
    applies=_waits,
    explain=explain,
    run=reject,
    variant="danger",
    by_user=True,
    needs_factor=True,
)
TAKE_BACK = Act(
    name="take_back",
    title="Take back",
    done="It is taken back; nothing was done.",
    pointless="Nothing waits here.",
    applies=_waits,
    explain=explain,
    run=take_back,
)
ACTS = (APPROVE, REJECT, TAKE_BACK)
