"""Types of customer transactions: one table of data for code, constraints and triggers."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import models


class Side(models.IntegerChoices):
    """Which way a transaction moves what the customer owes."""

    CREDIT = -1, "Lowers the debt"
    NEITHER = 0, "Does not count"
    DEBT = 1, "Raises the debt"


class CustomerTransactionType(models.TextChoices):
    """The kinds of transactions that the field knows."""

    INVOICE = "invoice", "Invoice"
    SERVICE_FEE = "service_fee", "Service fee"
    LATE_FEE = "late_fee", "Late fee"
    ACCESS_FEE = "access_fee", "Access fee"
    CREDIT = "credit", "Credit"
    PAYMENT = "payment", "Payment"
    CLAIM = "claim", "Claim (payment by batch)"
    ADJUSTMENT = "adjustment", "Adjustment (debt written off)"
    CHARGEBACK = "chargeback", "Chargeback"
    DECLINE = "decline", "Decline (the payment never counted)"
    INVOICE_REVERSAL = "invoice_reversal", "Reversal of an invoice or fee"
    CREDIT_REVERSAL = "credit_reversal", "Cancelled credit"
    VOID = "void", "Void"
    REFUND = "refund", "Refund"
    REFUND_REVERSAL = "refund_reversal", "Cancelled refund"
    CHARGEBACK_REVERSAL = "chargeback_reversal", "Chargeback reversal"


class Nature(NamedTuple):
    """What a type means: its side, and which types it reverses; most stand alone and reverse nothing."""

    side: Side
    reverses: tuple[CustomerTransactionType, ...] = ()


_T = CustomerTransactionType
FEES = (_T.SERVICE_FEE, _T.LATE_FEE, _T.ACCESS_FEE)
PAID = (_T.PAYMENT, _T.CLAIM)
GIVEN_BACK = (_T.VOID, _T.REFUND)
NATURES: Mapping[CustomerTransactionType, Nature] = {
    _T.INVOICE: Nature(Side.DEBT),
    _T.SERVICE_FEE: Nature(Side.DEBT),
    _T.LATE_FEE: Nature(Side.DEBT),
    _T.ACCESS_FEE: Nature(Side.DEBT),
    _T.CREDIT: Nature(Side.CREDIT),
    _T.PAYMENT: Nature(Side.CREDIT),
    _T.CLAIM: Nature(Side.CREDIT),
    _T.ADJUSTMENT: Nature(Side.CREDIT),
    _T.CHARGEBACK: Nature(Side.DEBT),
    _T.DECLINE: Nature(Side.NEITHER),
    _T.INVOICE_REVERSAL: Nature(Side.CREDIT, (_T.INVOICE, *FEES)),
    _T.CREDIT_REVERSAL: Nature(Side.DEBT, (_T.CREDIT,)),
    _T.VOID: Nature(Side.DEBT, PAID),
    _T.REFUND: Nature(Side.DEBT, PAID),
    # A payment that was voided on its day was given back as well, and may come back as well.
    _T.REFUND_REVERSAL: Nature(Side.CREDIT, GIVEN_BACK),
    _T.CHARGEBACK_REVERSAL: Nature(Side.CREDIT, (_T.CHARGEBACK,)),
}
REVERSALS = tuple(kind for kind, nature in NATURES.items() if nature.reverses)


def list_reversals_of(kind: str) -> list[CustomerTransactionType]:
    """Return the types that reverse this one; none when it cannot be reversed."""
    return [reversal for reversal, nature in NATURES.items() if kind in nature.reverses]
