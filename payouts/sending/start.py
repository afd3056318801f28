"""What every way of sending a payout begins with: its approval is used up, once."""

from approvals.four_eyes import take_approval
from approvals.models import ApprovalAct
from payouts.accounts import check_age
from payouts.errors import MethodNotPossible, WrongPayoutState
from payouts.history import change_status
from payouts.models import Payout, PayoutMethod, PayoutStatus
from payouts.terms import describe_terms


def start_sending(payout: Payout, method: PayoutMethod, *, actor: str, reason: str = "") -> None:
    """Mark a locked payout as sent, with all that its row says by now; from here on it cannot be stopped.

    Raises WrongPayoutState, MethodNotPossible, PayoutAccountTooNew, NotApproved.
    """
    if payout.status != PayoutStatus.APPROVED:
        raise WrongPayoutState(payout.status)
    if payout.method != method:
        raise MethodNotPossible(f"It is to be made otherwise: {payout.get_method_display()}.")
    check_age(payout.account)
    take_approval(act=ApprovalAct.PAYOUT, subject=payout.natural_key, terms=describe_terms(payout))
    change_status(payout, payout.send, actor=actor, reason=reason)
