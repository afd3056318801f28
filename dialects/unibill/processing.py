"""What the processor said, and what became of payments and refunds on the account."""

import time
from collections.abc import Iterable, Sequence
from uuid import UUID

from charges.collection.post_receivables import name_attempt
from charges.collection.single import collect_charge
from charges.errors import ProcessorUnavailable
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from charges.requests.account_payments import find_last_attempt
from dialects.unibill.errors import OutcomeUnknown, RefundDeclined
from dialects.unibill.instruments import mask_number, show_accessory, show_token
from dialects.unibill.records import Record
from ledger.errors import NotReversible
from ledger.statements import CustomerTransaction, transactions_of
from ledger.transaction_types import CustomerTransactionType as Type

CHARGE, ATTEMPT = "charge:", "attempt:"
PAID = (Type.PAYMENT, Type.CLAIM)
GIVEN_BACK = (Type.VOID, Type.REFUND)
APPROVED = "approved"
PATIENCE, PAUSE_SECONDS = 20, 0.1  # Two seconds: a worker that has just taken it up is mostly done then.


def finish_payment(customer_id: int, charge_id: int) -> CustomerTransaction:
    """Collect a charge unless that was done, and return what was entered: the payment, or its decline.

    Call it outside of transactions. Raises OutcomeUnknown, ProcessorUnavailable.
    """
    return _find_entry(customer_id, _collect(charge_id))


def finish_refund(customer_id: int, refund_id: int) -> CustomerTransaction:
    """Send a refund unless that was done, and return the transaction that reverses the payment.

    Call it outside of transactions. Raises OutcomeUnknown, RefundDeclined, ProcessorUnavailable.
    """
    refund = _collect(refund_id)
    if (attempt := find_last_attempt(refund)) and attempt.state == AttemptState.DECLINED:
        raise RefundDeclined(f"The refund was declined; the payment stands. {attempt.message}".strip())
    return _find_entry(customer_id, refund)


def find_payment_behind(row: CustomerTransaction) -> int | None:
    """Return the charge that was collected for a transaction; None where no processor had a part in it.

    Raises NotReversible for a refund that a processor has paid out.
    """
    if not (row.source or "").startswith(CHARGE):
        return None
    if row.type not in PAID:
        raise NotReversible
    return Charge.objects.values_list("pk", flat=True).get(public_id=_read_id(row))


def read_processing(rows: Sequence[CustomerTransaction]) -> dict[int, Record]:
    """Return what the processor said about each of these transactions that it was asked about."""
    sources = {row.pk: row.source for row in rows if row.source}
    known = _read_attempts(sources.values())
    return {pk: show_processing(known[source]) for pk, source in sources.items() if source in known}


def show_processing(attempt: Attempt) -> Record:
    """Return what was tried and what came of it; of the number, the last four digits."""
    charge = attempt.charge
    option = (charge.refund_of or charge).payment_option
    approved = attempt.state == AttemptState.SUCCEEDED
    return Record(
        "processing-info",
        {
            "id": attempt.pk,
            "createDate": attempt.sent_at,
            "holderName": (option.holder_name or None) if option else None,
            "accountNumber": mask_number(option) if option else None,
            "accountAccessory": show_accessory(option) if option else None,
            "token": show_token(option) if option else None,
            "address": (option.address or None) if option else None,
            "approvalCode": attempt.gateway_reference,
            "responseCode": APPROVED if approved else attempt.code,
            "responseMessage": "Approved" if approved else attempt.message,
            "responseDate": attempt.resolved_at,
            "gatewayTransactionId": charge.public_id.hex,
        },
    )


def _collect(charge_id: int) -> Charge:
    collect_charge(charge_id)
    charge = Charge.objects.get(pk=charge_id)
    for _ in range(PATIENCE):
        if not _is_in_other_hands(charge):
            break
        time.sleep(PAUSE_SECONDS)
        charge = Charge.objects.get(pk=charge_id)
    return charge


def _is_in_other_hands(charge: Charge) -> bool:
    """Say whether a worker was faster and is sending it at this moment."""
    attempt = find_last_attempt(charge)
    is_sending = attempt is None or attempt.state == AttemptState.SENDING
    return charge.status == ChargeStatus.PROCESSED and is_sending


def _find_entry(customer_id: int, charge: Charge) -> CustomerTransaction:
    """Return what settlement entered for a charge. Raises OutcomeUnknown, ProcessorUnavailable."""
    mine = transactions_of(customer_id)
    if charge.status == ChargeStatus.SUCCESS:
        return mine.get(type__in=(*PAID, *GIVEN_BACK), source=charge.key)
    if charge.status != ChargeStatus.FAILED:
        raise OutcomeUnknown(charge.public_id.hex)
    attempt = find_last_attempt(charge)
    if attempt is None or attempt.state != AttemptState.DECLINED:
        raise ProcessorUnavailable
    return mine.get(type=Type.DECLINE, source=name_attempt(attempt.key))


def _read_attempts(sources: Iterable[str]) -> dict[str, Attempt]:
    """Return the attempts behind these sources: of a charge, the one that succeeded."""
    sources = list(sources)
    charges = [UUID(source.removeprefix(CHARGE)) for source in sources if source.startswith(CHARGE)]
    keys = [source.removeprefix(ATTEMPT) for source in sources if source.startswith(ATTEMPT)]
    attempts = Attempt.objects.select_related("charge__payment_option", "charge__refund_of__payment_option")
    found: dict[str, Attempt] = {}
    if charges:
        captured = attempts.filter(charge__public_id__in=charges, state=AttemptState.SUCCEEDED)
        found |= {attempt.charge.key: attempt for attempt in captured}
    if keys:
        found |= {name_attempt(attempt.key): attempt for attempt in attempts.filter(key__in=keys)}
    return found


def _read_id(row: CustomerTransaction) -> UUID:
    return UUID(str(row.source).removeprefix(CHARGE))
