"""Bookkeepers close months with the processor's list, and correct the books, as two of them agree."""

from approvals.models import Approval, ApprovalAct, ApprovalStatus
from bookkeeping.closing import ask_to_close, close_fenced_months, prepare_months
from core import clock
from ledger.corrections.attachments import Attachment
from ledger.corrections.lines import CREDIT, DEBIT, CorrectionLine
from ledger.corrections.request import approve_correction, request_correction
from ledger.models import Month
from ledger.months import find_next_month
from ledger.postings import CLEARING, FEES
from simulator.actors.picking import do_one, pick
from simulator.faults import Fault
from simulator.marketplace import Marketplace

PAPER = Attachment("paper.pdf", b"%PDF-1.7 of a simulated history")


def keep_books(market: Marketplace) -> None:
    """Do one of the things that bookkeepers do."""
    do_one(market, [_close, _close, _close, _ask_for_correction, _decide_correction])


def close_next_month() -> None:
    """Have the next month closed that is over, as `manage.py close_month` begins it."""
    prepare_months()
    month = Month.objects.filter(closed_at=None, ends_at__lte=clock.now()).order_by("starts_at").first()
    if month is not None:
        ask_to_close(month.pk, actor="simulator", reason="Simulated.")


def _close(market: Marketplace) -> bool:
    last = Month.objects.order_by("-ends_at").first()
    if last is not None and last.closed_at is not None and clock.now() < find_next_month(last.ends_at):
        return False
    if last is None or last.fenced_at is None or last.closed_at is not None:
        close_next_month()
    return bool(close_fenced_months())


def _ask_for_correction(market: Marketplace) -> bool:
    cents = market.draw.randrange(1, 500)
    request_correction(
        lines=[CorrectionLine(FEES, DEBIT, cents), CorrectionLine(CLEARING, CREDIT, cents)],
        currency="USD",
        livemode=True,
        reason="Simulated.",
        attachment=PAPER,
        requested_by=market.staff[0],
    )
    return True


def _decide_correction(market: Marketplace) -> bool:
    waiting = Approval.objects.filter(act=ApprovalAct.CORRECTION, status=ApprovalStatus.REQUESTED)
    approval = pick(market.draw, waiting)
    if approval is None:
        return False
    for _ in range(2 if market.faults.happens(Fault.ACT_TWICE, chance=0.3) else 1):
        approve_correction(approval, decided_by=market.staff[1])
    return True
