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
    """Return debits and refunds that were asked for in a time (UTC) and made; debits with their day."""
    asked = {"created_at[gte]": write_instant(since), "created_at[lt]": write_instant(before)}
    for attributes in read_all(api.payments, asked):
        if attributes.get("status") in COLLECTED:
            yield _read(attributes, sign=1)
    for attributes in read_all(api.refunds, asked):
        if attributes.get("status") == "paid":
            yield _read(attributes, sign=-1)


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
