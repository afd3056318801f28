"""Stripe's own list of what moved: its balance transactions of payments, refunds and transfers.

One in another currency than the payment tells the payment's amount, and no fee that could be compared.
"""

from collections.abc import Iterator
from datetime import datetime

from core.money import Money
from gateway.movements import Booking
from gateway.stripe.amounts import from_stripe
from gateway.stripe.answers import read_instant
from gateway.stripe.api import Api, Json

# What each does to the balance, seen from the amount of its source.
SIGNS = {
    "charge": 1,
    "payment": 1,
    "refund": -1,
    "payment_refund": -1,
    "refund_failure": 1,
    "payment_failure_refund": -1,
    "transfer": -1,
}


def list_bookings(api: Api, since: datetime, before: datetime) -> Iterator[Booking]:
    """Return the lines from one instant until before another (UTC), newest first."""
    created = {"gte": int(since.timestamp()), "lt": int(before.timestamp())}
    params = {"created": created, "expand": ["data.source"]}
    for line in api.list_all("balance_transactions.list", params=params):
        booking = _read(line) if line["type"] in SIGNS else None
        if booking is not None:
            yield booking


def _read(line: Json) -> Booking | None:
    source = line["source"]
    money = from_stripe(source["amount"], source["currency"]) if isinstance(source, dict) else None
    if money is None:
        return None
    is_own_currency = line["currency"] == source["currency"]
    return Booking(
        name=line["id"],
        reference=_find_reference(line["type"], source),
        money=Money(SIGNS[line["type"]] * money.amount_minor, money.currency),
        moved_at=read_instant(line["created"]),
        fee=from_stripe(line["fee"], line["currency"]) if is_own_currency else None,
    )


def _find_reference(kind: str, source: Json) -> str:
    """Return what answers call the movement: a payment by its intent, all else by itself."""
    is_payment = kind in ("charge", "payment", "payment_failure_refund")
    return str((source.get("payment_intent") if is_payment else None) or source["id"])
