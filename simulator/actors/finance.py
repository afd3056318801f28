"""Staff approve refunds and payouts, and payouts are sent."""

from approvals.models import Approval, ApprovalAct, ApprovalStatus
from charges.refunds.decide import approve_refund
from payouts.decide import approve_payout
from payouts.models import Payout, PayoutStatus
from payouts.sending.processor import send_by_processor
from simulator.actors.picking import pick
from simulator.marketplace import Marketplace


def approve_or_send(market: Marketplace) -> None:
    """Do one of the things that finance does."""
    market.draw.choice([_approve_refund, _approve_payout, _send, _send])(market)


def _approve_refund(market: Marketplace) -> None:
    waiting = Approval.objects.filter(act=ApprovalAct.REFUND, status=ApprovalStatus.REQUESTED)
    approval = pick(market.draw, waiting)
    if approval is not None:
        approve_refund(approval, decided_by=market.staff[1])


def _approve_payout(market: Marketplace) -> None:
    payout = pick(market.draw, Payout.objects.filter(status=PayoutStatus.REQUESTED))
    if payout is not None:
        approve_payout(payout.pk, user=market.staff[1])


def _send(market: Marketplace) -> None:
    payout = pick(market.draw, Payout.objects.filter(status=PayoutStatus.APPROVED))
    if payout is not None:
        send_by_processor(payout.pk)
