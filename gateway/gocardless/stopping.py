"""Make sure that a payment never moves money, although only its idempotency key may be known.

A create that is still on its way can arrive after any look-up. So a payment that is not there is created:
under the same key, for a day far ahead, and cancelled before it goes to a bank. It takes the key, and the
late create is answered with it instead of moving money.
"""

from datetime import timedelta

from core import clock
from gateway.gocardless.client import Api, Rejected, create_once, find_one, read_one
from gateway.gocardless.payments import (
    ATTEMPT,
    PATIENCE,
    STOPPED,
    Payment,
    answer_about_payment,
    read_payment,
)
from gateway.movements import Answer, Movement, Verdict

# If the process dies between making and cancelling it, so long is left to cancel it by another call.
FAR_AHEAD = timedelta(days=30)
# After so long a request that has left nothing behind will not arrive any more.
ON_ITS_WAY = timedelta(hours=1)
CANCELLABLE = frozenset({"pending_customer_approval", "pending_submission"})
# A mandate in these states takes payments, and these schemes collect them on the day that we name.
TAKES_PAYMENTS = frozenset({"pending_customer_approval", "pending_submission", "submitted", "active"})
COLLECTS_BY_DAY = frozenset(
    ["ach", "autogiro", "bacs", "becs", "becs_nz", "betalingsservice", "pad", "sepa_core", "sepa_cor1"]
)


def take_key(api: Api, movement: Movement, mandate: str) -> Answer:
    """Occupy the key of a charge that GoCardless does not have, and say what became of it.

    VOID: it cannot move money any more. PENDING: that cannot be made sure yet. Raises GatewayError.
    """
    found = find_one(api.mandates, mandate) or {}
    if found.get("status") not in TAKES_PAYMENTS or found.get("scheme") not in COLLECTS_BY_DAY:
        return wait_until_old(movement)
    params = {
        "amount": movement.money.amount_minor,
        "currency": movement.money.currency,
        "charge_date": (clock.now() + FAR_AHEAD).date().isoformat(),
        "description": "Cancelled before it was collected",
        "metadata": {ATTEMPT: movement.key, STOPPED: "yes"},
        "links": {"mandate": mandate},
    }
    try:
        payment = read_payment(create_once(api.payments, params, key=movement.key))
    except Rejected:
        return wait_until_old(movement)
    return stop_payment(api, payment)


def stop_payment(api: Api, payment: Payment) -> Answer:
    """Cancel a payment unless it is too late, and say what became of it. Raises GatewayError."""
    if payment.status in CANCELLABLE:
        payment = _cancel(api, payment)
    if payment.status == "cancelled":
        return Answer(Verdict.VOID, payment.attempt, payment.id, payment.money)
    return answer_about_payment(api, payment)


def wait_until_old(movement: Movement) -> Answer:
    """Return VOID for a movement that GoCardless does not have and that was sent long ago, else PENDING."""
    is_old = clock.now() - movement.sent_at > ON_ITS_WAY
    return Answer(Verdict.VOID if is_old else Verdict.PENDING, movement.key, patience=PATIENCE)


def _cancel(api: Api, payment: Payment) -> Payment:
    """Return a payment after an attempt to cancel it; the mark tells our cancelling from that of others."""
    if not payment.is_stopped:
        metadata = {ATTEMPT: payment.attempt, STOPPED: "yes"}
        read_one(lambda: api.payments.update(payment.id, params={"metadata": metadata}))
    try:
        return read_payment(read_one(lambda: api.payments.cancel(payment.id)))
    except Rejected:
        # It went to the bank in between, or somebody else cancelled it.
        return read_payment(read_one(lambda: api.payments.get(payment.id)))
