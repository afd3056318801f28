"""What GoCardless lists as collected and refunded. Fees are only told in its payouts, so not here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from core.money import Money
from gateway.base import GatewayError
from gateway.gocardless.client import Api, read_all, write_instant
from gateway.gocardless.payments import COLLECTED, read_payment
from gateway.movements import Booking

# A debit is made some days after it was asked for.
LONGEST_WAY = timedelta(days=30)


def list_collected(api: Api, since: datetime, before: datetime) -> Iterator[Booking]:
    """Return debits by the day on which they were made, and refunds by when they were asked for (UTC)."""
    asked = {"created_at[gte]": write_instant(since - LONGEST_WAY), "created_at[lt]": write_instant(before)}
    for attributes in read_all(api.payments, asked):
        booking = _read(attributes, sign=1)
        if attributes.get("status") in COLLECTED and since <= booking.moved_at < before:
            yield booking
    for attributes in read_all(api.refunds, asked):
        booking = _read(attributes, sign=-1)
        if attributes.get("status") == "paid" and since <= booking.moved_at < before:
            yield booking


def _read(attributes: dict[str, Any], *, sign: int) -> Booking:
    payment = read_payment(attributes)
    return Booking(
        name=payment.id,
        reference=payment.id,
        money=Money(sign * payment.money.amount_minor, payment.money.currency),
        moved_at=_read_instant(attributes.get("charge_date") or attributes.get("created_at")),
    )


def _read_instant(text: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError as exc:
        raise GatewayError("an instant cannot be read") from exc
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
