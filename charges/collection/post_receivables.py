"""Entering in a customer's account what became of a payment that belongs there."""

from collections.abc import Sequence
from typing import NamedTuple

from charges.history import SYSTEM
from charges.models import Charge, ChargeKind
from ledger.receivables import NewTransaction, record_transactions
from ledger.reversal import reverse_transaction
from ledger.statements import get_capture
from ledger.transaction_types import CustomerTransactionType


class Outcome(NamedTuple):
    """A definite answer to an attempt."""

    charge_id: int
    attempt_id: int
    is_captured: bool


def enter_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Record payments and declines on the customers' accounts, each once, in the caller's transaction.

    A refund reverses the payment that it gives back; one that is declined changes nothing.
    """
    ids = [outcome.charge_id for outcome in outcomes]
    charges = Charge.objects.select_related("payment_option").in_bulk(ids)
    pairs = [(charges[outcome.charge_id], outcome) for outcome in outcomes]
    record_transactions([_describe_transaction(*pair) for pair in pairs if pair[0].kind == ChargeKind.CHARGE])
    for charge, outcome in pairs:
        if charge.kind == ChargeKind.REFUND and outcome.is_captured:
            _reverse_payment(charge)


def _describe_transaction(charge: Charge, outcome: Outcome) -> NewTransaction:
    kind = (
        CustomerTransactionType(charge.entered_as) if outcome.is_captured else CustomerTransactionType.DECLINE
    )
    if charge.customer_id is None:
        raise ValueError("only customers have accounts")
    return {
        "customer_id": charge.customer_id,
        "type": kind,
        "amount_minor": charge.total_minor,
        "currency": charge.currency,
        "creator": SYSTEM,
        "charge_id": charge.pk if outcome.is_captured else None,
        "attempt_id": None if outcome.is_captured else outcome.attempt_id,
        "account_type": charge.payment_option.account_type if charge.payment_option else "",
        "invoice_list": str(charge.invoice_id or ""),
        "note": charge.name if charge.subscription_id is None else "",
    }


def _reverse_payment(refund: Charge) -> None:
    if refund.refund_of_id is None:
        raise ValueError("a refund has its charge")
    reverse_transaction(
        get_capture(refund.refund_of_id).pk,
        creator=SYSTEM,
        amount_minor=refund.total_minor,
        charge_id=refund.pk,
        note=refund.name,
    )
