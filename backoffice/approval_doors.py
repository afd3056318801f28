"""What each act that needs a second person does, in words, and the services that decide about it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User

from approvals.four_eyes import reject_approval, void_approval
from approvals.models import Approval, ApprovalAct
from backoffice.correction_presenters import explain_correction
from backoffice.payout_presenters import explain_payout_terms, find_payout
from backoffice.refund_presenters import explain_refund_terms
from backoffice.review_presenters import ask_about, explain_review_terms
from backoffice.write_off_presenters import explain_write_off_terms
from charges.attempt_review.decide import approve_review
from charges.refunds.decide import approve_refund
from charges.write_off import approve_write_off
from ledger.corrections.request import approve_correction
from ledger.write_offs import approve_debt_write_off
from payouts.decide import approve_payout, cancel_payout, reject_payout


class ApprovalDoor(NamedTuple):
    """How an act is shown, approved, rejected by another person, and taken back by who asked.

    What has to be asked outside before it is approved is gathered before the transaction begins.
    """

    explain: Callable[[Approval], Sequence[str]]
    approve: Callable[..., Approval]
    reject: Callable[..., Any]
    take_back: Callable[..., Any]
    gather: Callable[[Approval], dict[str, Any]] | None = None


def _reject(approval: Approval, *, decided_by: User, reason: str) -> Approval:
    return reject_approval(approval=approval, decided_by=decided_by, reason=reason)


def _take_back(approval: Approval, *, actor: str, reason: str) -> Approval:
    return void_approval(approval=approval, actor=actor, reason=reason)


def _approve_payout(approval: Approval, *, decided_by: User) -> Approval:
    approve_payout(find_payout(approval).pk, user=decided_by)
    return Approval.objects.get(pk=approval.pk)


def _reject_payout(approval: Approval, *, decided_by: User, reason: str) -> None:
    reject_payout(find_payout(approval).pk, user=decided_by, reason=reason)


def _take_payout_back(approval: Approval, *, actor: str, reason: str) -> None:
    cancel_payout(find_payout(approval).pk, actor=actor, reason=reason)


def _approve_write_off(approval: Approval, *, decided_by: User) -> Approval:
    approve = approve_write_off if "charge" in approval.details else approve_debt_write_off
    return approve(approval, decided_by=decided_by)


DOORS: Mapping[str, ApprovalDoor] = {
    ApprovalAct.REFUND: ApprovalDoor(
        explain=lambda approval: explain_refund_terms(approval.details),
        approve=approve_refund,
        reject=_reject,
        take_back=_take_back,
    ),
    ApprovalAct.PAYOUT: ApprovalDoor(
        explain=lambda approval: explain_payout_terms(approval.details),
        approve=_approve_payout,
        reject=_reject_payout,
        take_back=_take_payout_back,
    ),
    ApprovalAct.CORRECTION: ApprovalDoor(
        explain=lambda approval: explain_correction(approval.details),
        approve=approve_correction,
        reject=_reject,
        take_back=_take_back,
    ),
    ApprovalAct.REVIEW: ApprovalDoor(
        explain=lambda approval: explain_review_terms(approval.details),
        approve=approve_review,
        reject=_reject,
        take_back=_take_back,
        gather=lambda approval: {"said": ask_about(approval.details)},
    ),
    ApprovalAct.WRITE_OFF: ApprovalDoor(
        explain=lambda approval: explain_write_off_terms(approval.details),
        approve=_approve_write_off,
        reject=_reject,
        take_back=_take_back,
    ),
}
