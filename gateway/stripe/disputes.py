"""Disputes at Stripe: a capture that the payer's bank takes back."""

from datetime import datetime, timedelta

from core.money import Money
from gateway.hints import DisputeReport, DisputeStatus
from gateway.stripe.amounts import from_stripe
from gateway.stripe.answers import read_instant
from gateway.stripe.api import Api, Json
from gateway.stripe.errors import Refused

ENDED = {"won": DisputeStatus.WON, "lost": DisputeStatus.LOST}
INQUIRY = "warning_"
LONGEST_DISPUTE = timedelta(days=120)  # A bank decides within 75 days of the evidence.


def read_dispute(api: Api, reference: str) -> DisputeReport | None:
    """Return a dispute; None for an unknown one, or a bank's mere inquiry, which takes no money."""
    if not reference.startswith(("dp_", "du_")):
        return None
    try:
        return _report(api.call("disputes.retrieve", reference))
    except Refused as refused:
        if refused.status == 404:
            return None
        raise


def list_disputes(api: Api, since: datetime) -> list[DisputeReport]:
    """Return all disputes that may have changed since then (UTC): Stripe tells only when one was opened."""
    opened = {"gte": int((since - LONGEST_DISPUTE).timestamp())}
    reports = (_report(each) for each in api.list_all("disputes.list", params={"created": opened}))
    return [report for report in reports if report is not None]


def _report(found: Json) -> DisputeReport | None:
    money = from_stripe(found["amount"], found["currency"])
    if found["status"].startswith(INQUIRY) or not found["balance_transactions"] or money is None:
        return None
    due_by = found["evidence_details"]["due_by"]
    return DisputeReport(
        reference=found["id"],
        capture=found["payment_intent"] or "",
        status=ENDED.get(found["status"], DisputeStatus.OPENED),
        money=money,
        fee=_add_fees(found["balance_transactions"]) or Money(0, money.currency),
        reason=found["reason"],
        evidence_due_by=read_instant(due_by) if due_by else None,
    )


def _add_fees(bookings: list[Json]) -> Money | None:
    """Return what Stripe keeps for a dispute; it gives some fees back for one that is won."""
    return from_stripe(sum(each["fee"] for each in bookings), bookings[0]["currency"])
