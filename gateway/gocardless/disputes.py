"""Debits that come back after they were collected: charge-backs, and failures that a bank tells late.

GoCardless has no disputes of their own; one is named by its payment and read from the payment's events.
Nobody can object to a debit that comes back, so no evidence is due. Amounts are minor units, times UTC.
"""

from datetime import datetime
from typing import Any

from core.money import Money
from gateway.gocardless.client import Api, find_one, read_all, write_instant
from gateway.gocardless.payments import Payment, read_payment
from gateway.hints import DisputeReport, DisputeStatus

CHARGED_BACK, CANCELLED, SETTLED = "charged_back", "chargeback_cancelled", "chargeback_settled"
LATE_FAILURE = "late_failure_settled"
# Events after which a dispute is to be read.
ABOUT_DISPUTES = (CHARGED_BACK, CANCELLED, SETTLED, LATE_FAILURE)


def read_dispute_of(api: Api, reference: str) -> DisputeReport | None:
    """Return the dispute about a payment, None when it has not come back. Raises GatewayError."""
    attributes = find_one(api.payments, reference)
    if attributes is None:
        return None
    payment = read_payment(attributes)
    events = list(read_all(api.events, {"payment": reference}))
    status = _find_status(payment, {str(event.get("action")) for event in events})
    if status is None:
        return None
    return DisputeReport(
        reference=payment.id,
        capture=payment.id,
        status=status,
        money=payment.money,
        fee=Money(0, payment.money.currency),  # What GoCardless may keep is only told in its payouts.
        reason=_find_reason(events),
    )


def list_disputes_since(api: Api, since: datetime) -> list[DisputeReport]:
    """Return the disputes that something happened to since then (UTC). Raises GatewayError."""
    references = {
        str((event.get("links") or {}).get("payment"))
        for action in ABOUT_DISPUTES
        for event in read_all(
            api.events,
            {"resource_type": "payments", "action": action, "created_at[gte]": write_instant(since)},
        )
    }
    reports = [read_dispute_of(api, reference) for reference in sorted(references)]
    return [report for report in reports if report is not None]


def _find_status(payment: Payment, actions: set[str]) -> DisputeStatus | None:
    if payment.status == "charged_back":
        return DisputeStatus.LOST if SETTLED in actions else DisputeStatus.OPENED
    if payment.status == "failed":
        # A payment that failed in time was never ours; after it was confirmed it was.
        return DisputeStatus.LOST if actions & {"confirmed", LATE_FAILURE} else None
    return DisputeStatus.WON if CHARGED_BACK in actions else None


def _find_reason(events: list[dict[str, Any]]) -> str:
    """Return why it came back, in GoCardless' word."""
    for event in events:
        details = event.get("details")
        if event.get("action") in (CHARGED_BACK, "failed") and isinstance(details, dict):
            return str(details.get("cause") or "")
    return ""
