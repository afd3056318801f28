"""Payments and refunds of GoCardless as answers. Amounts are minor units (cents), times UTC."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from core.money import Money
from gateway.base import GatewayError
from gateway.gocardless.client import Api, find_one, read_all
from gateway.movements import Answer, Verdict

# A debit is known to have failed up to about a week after it was sent; holidays come on top.
PATIENCE = timedelta(days=14)
# Keys of the metadata: what the payment is for, and whether it was only made to be cancelled.
ATTEMPT, STOPPED = "attempt", "stopped"

WAITING = frozenset({"pending_customer_approval", "pending_submission", "submitted"})
COLLECTED = frozenset({"confirmed", "paid_out", "charged_back"})
REFUNDABLE = frozenset({"confirmed", "paid_out"})
ENDED = frozenset({"cancelled", "customer_approval_denied", "failed"})
REFUND_WAITING = frozenset({"created", "pending_submission", "submitted"})
REFUND_ENDED = frozenset({"cancelled", "bounced", "funds_returned", "failed"})

# After these, the same payment cannot succeed later.
HARD_CAUSES = frozenset(
    {
        "authorisation_disputed",
        "bank_account_closed",
        "bank_account_disabled",
        "bank_account_transferred",
        "customer_approval_denied",
        "direct_debit_not_enabled",
        "invalid_bank_details",
        "mandate_cancelled",
        "mandate_expired",
        "mandate_suspended_by_payer",
        "payment_cancelled",
    }
)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment or refund at GoCardless; `attempt` is our key, which came with it."""

    id: str
    status: str
    money: Money
    attempt: str
    is_stopped: bool
    refunded_minor: int
    payout: str


def read_payment(attributes: dict[str, Any]) -> Payment:
    """Return a payment or refund. Raises GatewayError for one that cannot be read."""
    try:
        metadata = attributes.get("metadata") or {}
        return Payment(
            id=attributes["id"],
            status=attributes["status"],
            money=Money(attributes["amount"], attributes["currency"]),
            attempt=str(metadata.get(ATTEMPT, "")),
            is_stopped=STOPPED in metadata,
            refunded_minor=attributes.get("amount_refunded") or 0,
            payout=(attributes.get("links") or {}).get("payout") or "",
        )
    except (LookupError, TypeError, AttributeError) as exc:
        raise GatewayError("GoCardless answered with something else than a payment.") from exc


def answer_about_payment(api: Api, payment: Payment) -> Answer:
    """Return what became of a payment. Raises GatewayError."""
    if payment.status in WAITING:
        return _answer(payment, Verdict.PENDING)
    if payment.status in COLLECTED:
        return _add_payout(api, payment, _answer(payment, Verdict.APPROVED))
    if payment.status == "cancelled" and payment.is_stopped:
        return _answer(payment, Verdict.VOID)
    if payment.status in ENDED:
        return _decline(payment, api, {"payment": payment.id})
    raise GatewayError(f"unknown status of a payment: {payment.status}")


def answer_about_refund(api: Api, refund: Payment) -> Answer:
    """Return what became of a refund. Raises GatewayError."""
    if refund.status in REFUND_WAITING:
        return _answer(refund, Verdict.PENDING)
    if refund.status == "paid":
        return _answer(refund, Verdict.APPROVED)
    if refund.status in REFUND_ENDED:
        return replace(_decline(refund, api, {"refund": refund.id}), hard=True)
    raise GatewayError(f"unknown status of a refund: {refund.status}")


def _answer(payment: Payment, verdict: Verdict) -> Answer:
    return Answer(verdict, payment.attempt, payment.id, payment.money, patience=PATIENCE)


def _decline(payment: Payment, api: Api, subject: dict[str, str]) -> Answer:
    """Return a decline with the bank's reason, which only the event of it tells."""
    happened = (event for event in read_all(api.events, subject) if event.get("action") == payment.status)
    # An event may come later than the state that it tells of.
    details = _read_details(next(happened, {}))
    code = str(details.get("cause") or payment.status)
    return replace(
        _answer(payment, Verdict.DECLINED),
        code=code,
        hard=code in HARD_CAUSES or payment.status != "failed",
        message=str(details.get("description") or f"The payment is {payment.status}."),
    )


def _read_details(event: dict[str, Any]) -> dict[str, Any]:
    details = event.get("details")
    return details if isinstance(details, dict) else {}


def _add_payout(api: Api, payment: Payment, answer: Answer) -> Answer:
    """Add fee and day of a payment that GoCardless has paid out; before, they are not known."""
    if not payment.payout:
        return replace(answer, fee_follows=True)
    payout = find_one(api.payouts, payment.payout) or {}
    if payout.get("currency") != payment.money.currency:
        return answer  # The fee of a payment in another currency is not told in that of the payment.
    items = read_all(api.payout_items, {"payout": payment.payout})
    fees = [item for item in items if _is_fee_of(payment, item)]
    return replace(
        answer,
        fee=Money(_sum_fees(fees), payment.money.currency) if fees else None,
        available_on=_read_day(payout.get("arrival_date")),
    )


def _is_fee_of(payment: Payment, item: dict[str, Any]) -> bool:
    is_about = (item.get("links") or {}).get("payment") == payment.id
    return is_about and item.get("type") in ("gocardless_fee", "app_fee", "surcharge_fee")


def _sum_fees(items: list[dict[str, Any]]) -> int:
    """Return fees in whole cents; GoCardless keeps tenths of them, and debits are negative."""
    try:
        exact = -sum((Decimal(str(item["amount"])) for item in items), Decimal(0))
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    except (LookupError, InvalidOperation) as exc:
        raise GatewayError("a fee cannot be read") from exc


def _read_day(day: Any) -> datetime | None:
    """Return the start of a day (UTC), None where none is told."""
    try:
        return datetime.fromisoformat(str(day)).replace(tzinfo=UTC) if day else None
    except ValueError as exc:
        raise GatewayError("a day cannot be read") from exc
