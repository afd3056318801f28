"""What becomes of payouts that were sent: paid, or not; each is booked once, whoever says it how often."""

from django.db import transaction

from core.failpoints import failpoint
from ledger import postings
from ledger.services import record_postings
from payouts.history import change_status, lock_payout
from payouts.models import Payout, PayoutStatus
from payouts.release import release_sum
from payouts.request import make_source


@transaction.atomic
def settle_payout(payout_id: int, *, actor: str, reason: str = "", reference: str = "") -> Payout:
    """Record that a payout was paid; twice changes nothing. Raises PayoutNotFound, WrongPayoutState."""
    payout = lock_payout(payout_id)
    if payout.status == PayoutStatus.SETTLED:
        return payout
    payout.reference = reference[:140] or payout.reference
    change_status(payout, payout.settle, actor=actor, reason=reason)
    record_postings([postings.payout_settled(make_source(payout), amount_minor=payout.amount_minor)])
    failpoint("payout.before_commit")
    return payout


@transaction.atomic
def return_payout(payout_id: int, *, actor: str, code: str = "", reason: str) -> Payout:
    """Record that a payout was not paid, or came back; the seller is owed its sum again.

    Twice changes nothing. Raises PayoutNotFound, WrongPayoutState.
    """
    payout = lock_payout(payout_id)
    if payout.status == PayoutStatus.RETURNED:
        return payout
    change_status(payout, lambda: payout.give_back(code=code, message=reason), actor=actor, reason=reason)
    release_sum(payout)
    return payout
