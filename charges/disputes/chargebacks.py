"""Chargebacks: what a dispute took of a payment is owed again on its customer's account, until it is won.

A dispute that was recorded before there was this has none, and winning it takes back none.
"""

from charges.models import Charge, Dispute
from ledger.receivables import record_transaction
from ledger.reversal import reverse_transaction
from ledger.statements import find_chargeback, find_payment
from ledger.transaction_types import CustomerTransactionType

CREATOR = "system:disputes"


def enter_chargeback(dispute: Dispute, charge: Charge) -> None:
    """Let the customer owe again what a new dispute took, if the payment stands on an account.

    The caller's transaction has locked the charge and posts afterwards: the customer is locked in between.
    """
    payment = find_payment(charge.pk)
    if payment is None:
        return
    record_transaction(
        customer_id=payment.customer_id,
        type=CustomerTransactionType.CHARGEBACK,
        amount_minor=dispute.amount_minor,
        currency=dispute.currency,
        creator=CREATOR,
        dispute_id=dispute.pk,
        account_type=payment.account_type,
        note=_name(dispute),
    )


def take_back_chargeback(dispute: Dispute) -> None:
    """Reverse the chargeback of a dispute that is won, once; what had paid it is credit again.

    A program of former code that wins a dispute leaves it: the next news of the dispute takes it back.
    """
    chargeback = find_chargeback(dispute.pk)
    if chargeback is not None and not chargeback.reversals.exists():
        reverse_transaction(chargeback.pk, creator=CREATOR, note=_name(dispute))


def _name(dispute: Dispute) -> str:
    return f"Dispute {dispute.reference}"
