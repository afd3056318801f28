"""Entering in a customer's account what became of a payment that belongs there."""

from collections.abc import Sequence
from typing import NamedTuple

from charges.history import SYSTEM
from charges.models import Charge, ChargeKind
from ledger.receivables import NewTransaction, record_transactions
from ledger.reversal import reverse_transaction
from ledger.statements import find_by_source
from ledger.transaction_types import CustomerTransactionType


class Outcome(NamedTuple):
    """A definite answer to an attempt."""

    charge_id: int
    attempt_key: str
    is_captured: bool


def enter_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Record payments and declines on the customers' accounts, each once, in the caller's transaction.

    A refund reverses the payment that it gives back; one that is declined changes nothing.
    """
    ids = [outcome.charge_id for outcome in outcomes]
    charges = Charge.objects.select_related("payment_option", "refund_of").in_bulk(ids)
    pairs = [(charges[outcome.charge_id], outcome) for outcome in outcomes]
    record_transactions([_describe_transaction(*pair) for pair in pairs if pair[0].kind == ChargeKind.CHARGE])
    for charge, outcome in pairs:
        if charge.kind == ChargeKind.REFUND and outcome.is_captured:
            _reverse_payment(charge)


def name_attempt(key: str) -> str:
    """Return the source of the decline of an attempt."""
    return f"attempt:{key}"[:80]


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
        "source": charge.key if outcome.is_captured else name_attempt(outcome.attempt_key),
        "account_type": charge.payment_option.account_type if charge.payment_option else "",
        "invoice_list": str(charge.invoice_id or ""),
        "note": charge.name if charge.subscription_id is None else "",
    }


def _reverse_payment(refund: Charge) -> None:
    if refund.refund_of is None:
        raise ValueError("a refund has its charge")
    payment = find_by_source(type=refund.refund_of.entered_as, source=refund.refund_of.key)
    reverse_transaction(
        payment.pk, creator=SYSTEM, amount_minor=refund.total_minor, source=refund.key, note=refund.name
    )
