"""What a refund does, to the cent: what a second person sees and approves."""

from typing import Any

from charges.models import Charge, RefundRequest
from charges.refunds.make import count_refundable, share_commission_of


def work_out_terms(request: RefundRequest, charge: Charge) -> dict[str, Any]:
    """Return what a refund would do if it was made now; amounts are cents. The caller has locked the charge.

    Whatever moves what is left of the charge changes the terms: another refund, a dispute.
    """
    left = count_refundable(charge)
    commission_minor = share_commission_of(charge, request.amount_minor)
    payer = charge.customer or charge.buyer
    return {
        "charge": str(charge.public_id),
        "payer": str(payer.public_id) if payer else None,
        "seller": str(charge.payee.public_id),
        "livemode": not charge.test,
        "currency": charge.currency,
        "amount_minor": request.amount_minor,
        "commission_minor": commission_minor,
        "seller_minor": request.amount_minor - commission_minor,
        "left_before_minor": left,
        "left_after_minor": left - request.amount_minor,
    }
