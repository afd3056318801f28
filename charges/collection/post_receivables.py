"""Record captured and declined payments in the customer's receivables."""

from collections.abc import Iterable, Mapping, Sequence

from charges.history import SYSTEM
from charges.models import Charge, ChargeKind, ChargeStatus, StatusChange
from charges.requests.account_payments import UNNAMED
from charges.rows import ReceivableEntry
from ledger.receivables import NewTransaction, record_transactions
from ledger.reversal import reverse_transaction
from ledger.statements import get_capture
from ledger.transaction_types import CustomerTransactionType


def post_receivables(entries: Sequence[ReceivableEntry]) -> None:
    """Record payments and declines on the customers' accounts, each once, in the caller's transaction.

    A refund reverses the payment that it gives back, and one that came back is reversed itself. One that is
    declined changes nothing.
    """
    if not entries:
        return
    ids = [entry.charge_id for entry in entries]
    charges = Charge.objects.select_related("payment_option").in_bulk(ids)
    creators = _find_creators(charges.values())
    pairs = [(charges[entry.charge_id], entry) for entry in entries]
    payments = [pair for pair in pairs if pair[0].kind == ChargeKind.CHARGE]
    record_transactions([_describe_transaction(*pair, creators) for pair in payments])
    for charge, entry in pairs:
        if charge.kind == ChargeKind.REFUND and entry.is_captured:
            _reverse_payment(charge)
        # Charges are written after this, so one that was paid until now has come back.
        elif charge.kind == ChargeKind.REFUND and charge.status == ChargeStatus.SUCCESS:
            reverse_transaction(get_capture(charge.pk).pk, creator=SYSTEM, note=_find_note(charge))


def _find_creators(charges: Iterable[Charge]) -> Mapping[int, str]:
    """Return who asked for the payments that are of no subscription: billing makes the others."""
    asked = [charge.pk for charge in charges if charge.subscription_id is None]
    begun = StatusChange.objects.filter(charge__in=asked, from_status=ChargeStatus.PENDING)
    return dict(begun.values_list("charge_id", "actor")) if asked else {}


def _find_note(charge: Charge) -> str:
    return "" if charge.name == UNNAMED else charge.name


def _describe_transaction(
    charge: Charge, entry: ReceivableEntry, creators: Mapping[int, str]
) -> NewTransaction:
    kind = (
        CustomerTransactionType(charge.entered_as) if entry.is_captured else CustomerTransactionType.DECLINE
    )
    if charge.customer_id is None:
        raise ValueError("only customers have accounts")
    return {
        "customer_id": charge.customer_id,
        "type": kind,
        "amount_minor": charge.total_minor,
        "currency": charge.currency,
        "creator": creators.get(charge.pk, SYSTEM),
        "charge_id": charge.pk if entry.is_captured else None,
        "attempt_id": None if entry.is_captured else entry.attempt_id,
        "account_type": charge.payment_option.account_type if charge.payment_option else "",
        "invoice_list": str(charge.invoice_id or ""),
        "note": _find_note(charge) if charge.subscription_id is None else "",
    }


def _reverse_payment(refund: Charge) -> None:
    if refund.refund_of_id is None:
        raise ValueError("a refund has its charge")
    reverse_transaction(
        get_capture(refund.refund_of_id).pk,
        creator=SYSTEM,
        amount_minor=refund.total_minor,
        charge_id=refund.pk,
        note=_find_note(refund),
    )
