"""Payouts that staff make themselves, such as in the bank's own pages."""

from django.db import transaction

from core.errors import InvalidField
from core.texts import check_text
from payouts.history import lock_payout
from payouts.models import Payout, PayoutMethod
from payouts.sending.start import start_sending


@transaction.atomic
def send_by_hand(payout_id: int, *, reference: str, actor: str, reason: str = "") -> Payout:
    """Record that staff made a payout; `reference` is the bank's name of it.

    Raises InvalidField, PayoutNotFound, and what `start_sending` raises.
    """
    reference = check_text("reference", reference, 140, is_code=True)
    if not reference:
        raise InvalidField("reference", "must not be empty")
    payout = lock_payout(payout_id)
    payout.reference = reference
    start_sending(payout, PayoutMethod.BY_HAND, actor=actor, reason=reason)
    return payout
