"""Payments through a processor, their refunds, and the `processingInfo` of transactions."""

from collections.abc import Sequence

from django.db.models import Q

from charges.collection.single import collect_charge
from charges.errors import ProcessorUnavailable
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from charges.requests.account_payments import find_last_attempt
from customers.models import PaymentOption
from dialects.unibill.errors import OutcomeUnknown, RefundDeclined
from dialects.unibill.instruments import mask_number, show_accessory, show_token
from dialects.unibill.records import Record, Scalar
from ledger.errors import NotReversible
from ledger.statements import CustomerTransaction, get_capture, get_decline
from ledger.transaction_types import PAID

APPROVED = "approved"
# What came back was approved before.
CAPTURED = (AttemptState.SUCCEEDED, AttemptState.RETURNED)


def finish_payment(charge_id: int) -> CustomerTransaction:
    """Collect a charge unless that was done, and return what was entered: the payment, or its decline.

    Call it outside of transactions. A charge that a worker is sending at this moment has no outcome yet.
    Raises OutcomeUnknown, ProcessorUnavailable.
    """
    collect_charge(charge_id)
    declined = _read_outcome(charge_id)
    return get_decline(declined.pk) if declined else get_capture(charge_id)


def finish_refund(refund_id: int) -> CustomerTransaction:
    """Send a refund unless that was done, and return the transaction that reverses the payment.

    Call it outside of transactions. Raises OutcomeUnknown, RefundDeclined, ProcessorUnavailable.
    """
    collect_charge(refund_id)
    if declined := _read_outcome(refund_id):
        raise RefundDeclined(f"The refund was declined; the payment stands. {declined.message}".strip())
    return get_capture(refund_id)


def find_payment_behind(row: CustomerTransaction) -> int | None:
    """Return the charge that was collected for a transaction; None where no processor had a part in it.

    Raises NotReversible for a refund that a processor has paid out.
    """
    if row.charge_id is not None and row.type not in PAID:
        raise NotReversible
    return row.charge_id


def read_processing(rows: Sequence[CustomerTransaction], *, email: str | None = None) -> dict[int, Record]:
    """Return what the processor said about each of these transactions that it was asked about.

    The e-mail address is that of this request: no payment keeps one.
    """
    captured = Q(charge__in=[row.charge_id for row in rows if row.charge_id], state__in=CAPTURED)
    declined = Q(pk__in=[row.attempt_id for row in rows if row.attempt_id])
    attempts = Attempt.objects.select_related("charge__payment_option", "charge__refund_of__payment_option")
    found = {_name_cause(attempt): attempt for attempt in attempts.filter(captured | declined)}
    causes = {row.pk: (row.charge_id, row.attempt_id) for row in rows}
    return {pk: show_processing(found[cause], email) for pk, cause in causes.items() if cause in found}


def show_processing(attempt: Attempt, email: str | None) -> Record:
    """Return what was tried and what came of it; of the number, the last four digits."""
    charge = attempt.charge
    option = (charge.refund_of or charge).payment_option
    approved = attempt.state in CAPTURED
    return Record(
        "processing-info",
        {
            "id": attempt.pk,
            "createDate": attempt.sent_at,
            "holderName": (option.holder_name or None) if option else None,
            "accountNumber": mask_number(option) if option else None,
            "accountAccessory": show_accessory(option) if option else None,
            "token": show_token(option) if option else None,
            **_show_address(option),
            "email": email,
            "approvalCode": attempt.gateway_reference,
            "responseCode": APPROVED if approved else attempt.code,
            "responseMessage": "Approved" if approved else attempt.message,
            "responseDate": attempt.resolved_at,
            "gatewayTransactionId": charge.public_id.hex,
        },
    )


def _show_address(option: PaymentOption | None) -> dict[str, Scalar]:
    if option is None:
        return {}
    return {
        "street": option.street1 or None,
        "city": option.city or None,
        "state": option.state or None,
        "address": option.address or None,
    }


def _read_outcome(charge_id: int) -> Attempt | None:
    """Return the attempt that was declined; None for what was captured.

    Raises OutcomeUnknown, ProcessorUnavailable.
    """
    charge = Charge.objects.get(pk=charge_id)
    if charge.status == ChargeStatus.SUCCESS:
        return None
    attempt = find_last_attempt(charge)
    if attempt is not None and attempt.state == AttemptState.DECLINED:
        return attempt
    if charge.status == ChargeStatus.FAILED:
        raise ProcessorUnavailable
    raise OutcomeUnknown(charge.public_id.hex)


def _name_cause(attempt: Attempt) -> tuple[int | None, int | None]:
    """Return the charge and the attempt to which the transaction of this outcome refers."""
    captured = attempt.state in CAPTURED
    return (attempt.charge_id, None) if captured else (None, attempt.pk)
