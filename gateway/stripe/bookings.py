"""Stripe's own list of what moved: its balance transactions, whatever they are of.

One in another currency than the payment tells the payment's amount, and no fee that could be compared. What
is none of our movements (adjustments, reversed transfers, payouts that failed, Stripe's own fees) is told
under the name of what it is of, as it changed the balance: no money that Stripe took is left out.
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
    "transfer_cancel": 1,
    "transfer_failure": 1,
    "transfer_refund": 1,
}
# What Stripe pays out to the marketplace is not in the marketplace's books.
LEFT_OUT = "payout"


def list_bookings(api: Api, since: datetime, before: datetime) -> Iterator[Booking]:
    """Return the lines from one instant until before another (UTC), newest first."""
    created = {"gte": int(since.timestamp()), "lt": int(before.timestamp())}
    params = {"created": created, "expand": ["data.source"]}
    for line in api.list_all("balance_transactions.list", params=params):
        if line["type"] != LEFT_OUT:
            yield _read(line)


def _read(line: Json) -> Booking:
    source = line["source"] if isinstance(line["source"], dict) else {}
    money, is_own_currency = _read_money(line, source)
    fee = from_stripe(line["fee"], line["currency"]) if is_own_currency else None
    return Booking(
        name=line["id"],
        reference=_find_reference(line["type"], source) or line["id"],
        money=money,
        moved_at=read_instant(line["created"]),
        fee=fee,
    )


def _read_money(line: Json, source: Json) -> tuple[Money, bool]:
    """Return what moved, by what it is of where that tells an amount, and whether that is in our currency."""
    sign = SIGNS.get(line["type"])
    if sign is None and source.get("object") == "dispute":
        sign = 1 if line["amount"] > 0 else -1
    told = from_stripe(source["amount"], source["currency"]) if sign and "amount" in source else None
    if sign is None or told is None:
        booked = from_stripe(line["amount"], line["currency"])
        return booked or Money(line["amount"], line["currency"].upper()), True
    return Money(sign * told.amount_minor, told.currency), line["currency"] == source["currency"]


def _find_reference(kind: str, source: Json) -> str:
    """Return what answers call it: a payment by its intent, a reversal by its transfer, else by itself."""
    if kind in ("charge", "payment", "payment_failure_refund"):
        return str(source.get("payment_intent") or source.get("id") or "")
    if source.get("object") == "transfer_reversal":
        return str(source["transfer"])
    return str(source.get("id") or "")
