"""Staff approve refunds and payouts, stop payouts, and payouts are sent."""

from approvals.models import Approval, ApprovalAct, ApprovalStatus
from charges.refunds.decide import approve_refund
from payouts.decide import approve_payout, cancel_payout, reject_payout
from payouts.models import UNSENT, Payout, PayoutStatus
from payouts.sending.transfer import send_by_processor
from simulator.actors.picking import do_one, pick
from simulator.marketplace import Marketplace


def approve_or_send(market: Marketplace) -> None:
    """Do one of the things that finance does."""
    do_one(market, [_approve_refund, _approve_payout, _approve_payout, _send, _send, _stop_payout])


def _approve_refund(market: Marketplace) -> bool:
    waiting = Approval.objects.filter(act=ApprovalAct.REFUND, status=ApprovalStatus.REQUESTED)
    approval = pick(market.draw, waiting)
    if approval is not None:
        approve_refund(approval, decided_by=market.staff[1])
    return approval is not None


def _approve_payout(market: Marketplace) -> bool:
    payout = pick(market.draw, Payout.objects.filter(status=PayoutStatus.REQUESTED))
    if payout is not None:
        approve_payout(payout.pk, user=market.staff[1])
    return payout is not None


def _stop_payout(market: Marketplace) -> bool:
    payout = pick(market.draw, Payout.objects.filter(status__in=UNSENT))
    if payout is None or market.draw.random() < 0.7:
        return False
    if market.draw.random() < 0.5:
        reject_payout(payout.pk, user=market.staff[1], reason="Simulated.")
    else:
        cancel_payout(payout.pk, actor="simulator", reason="Simulated.")
    return True


def _send(market: Marketplace) -> bool:
    payout = pick(market.draw, Payout.objects.filter(status=PayoutStatus.APPROVED))
    if payout is not None:
        send_by_processor(payout.pk)
    return payout is not None
