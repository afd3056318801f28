"""Payouts that were not sent yet follow their seller's account, and must be approved anew."""

from django.contrib.auth.models import User

from approvals.four_eyes import void_approval
from approvals.models import Approval, ApprovalAct, ApprovalStatus
from payouts.directing import note_redirection
from payouts.history import change_status
from payouts.methods import choose_method
from payouts.models import UNSENT, Payout, PayoutAccount, PayoutMethod, PayoutStatus
from payouts.terms import ask_for_approval

OPEN = (ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED)


def redirect_payouts(account: PayoutAccount, *, actor: str, by: User | None, reason: str) -> None:
    """Let what was not sent yet go to this account; the caller has locked the seller."""
    unsent = Payout.objects.filter(
        organization=account.organization_id, currency=account.currency, status__in=UNSENT
    )
    for payout in unsent.select_for_update().order_by("pk"):
        redirect(payout, account, choose_method(account), actor=actor, reason=reason)
        note_redirection(payout, by)


def redirect(
    payout: Payout, account: PayoutAccount, method: PayoutMethod, *, actor: str, reason: str
) -> None:
    """Have a locked payout go elsewhere or by other means: who approved it has approved something else."""
    asked = withdraw_request(payout, actor=actor, reason=reason)
    if payout.status == PayoutStatus.APPROVED:
        change_status(payout, payout.reopen, actor=actor, reason=reason)
    payout.account, payout.method = account, method
    payout.save(update_fields=["account", "method"])
    ask_for_approval(payout, user=asked.requested_by, account=asked.requested_by_account, reason=asked.reason)


def withdraw_request(payout: Payout, *, actor: str, reason: str) -> Approval:
    """Take back that a payout was asked for, approved or not, and return the request."""
    requests = Approval.objects.filter(act=ApprovalAct.PAYOUT, subject=payout.natural_key)
    approval = requests.latest("pk")
    if approval.status in OPEN:
        void_approval(approval=approval, actor=actor, reason=reason)
    return approval
