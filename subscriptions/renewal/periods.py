"""Working out what each due subscription is billed for its next period. Amounts are cents, times UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.db.models import Count

from charges.models import MAX_AMOUNT_MINOR, MAX_QUANTITY
from charges.processor.payment_source import build_source_token
from core import clock
from core.bulk import update_rows
from core.money import Money, round_commission
from customers.models import Account
from gateway.registry import choose_gateway
from gateway.sandbox import TEST_TOKEN
from subscriptions.models import PlanKind, Subscription
from subscriptions.renewal.skips import SkippedPeriods, find_last_period, is_skipped, read_skips
from subscriptions.schedule import BeyondCalendar, occurrence

COLUMNS = (
    "id",
    "product",
    "buyer_id",
    "buyer_account_id",
    "order_application_id",
    "seller_application_id",
    "payee_id",
    "name",
    "currency",
    "price_minor",
    "per_account",
    "test",
    "commission_percent",
    "return_url",
    "frequency",
    "interval",
    "anchor_at",
    "anchor_period",
    "first_period",
    "period",
    "due_at",
    "current_charge_at",
    "retry_days",
    "waits_for_payment",
    "catch_up_limit",
    "released_through",
    "kind",
    "customer_id",
    "funding_source",
    "retry_limit",
    "length",
    "note",
    "bills_by_invoice",
    "customer__processor_reference",
    "customer__merchant__sealed_processor_key",
    "payment_option__gateway",
    "payment_option__gateway_token",
    "payment_option_id",
    "payment_option__is_active",
)
log = structlog.get_logger(__name__)
Row = dict[str, Any]


class Bill(NamedTuple):
    """One period of one subscription, worked out."""

    row: Row
    instant: datetime
    quantity: int
    total: Money
    commission_minor: int
    gateway: str
    token: str
    sealed_processor_key: bytes | None
    payment_option_id: int | None
    next_due_at: datetime | None
    price_minor: int
    invoice_id: int | None = None
    is_left_out: bool = False
    is_last: bool = False

    @property
    def is_plain(self) -> bool:
        """Say whether its attempt can be planned with all the others: a charge, with all that it needs."""
        return self.row["kind"] == PlanKind.CHARGE and self.token != "" and self.invoice_id is None

    @property
    def is_chargeable(self) -> bool:
        """Say whether something is left to collect, and how; what is not collected stays on the account."""
        if not self.row["bills_by_invoice"]:
            return True
        return self.total.amount_minor > 0 and bool(self.row["payment_option__is_active"])


def work_out_bills(rows: Sequence[Row]) -> list[Bill]:
    """Decide what each due subscription is billed; those that must not be are held for a person.

    And those whose last period is not paid yet, where one must be before the next, wait for that.
    """
    seats = count_seats({row["buyer_id"] for row in rows if row["per_account"]})
    freezes = read_skips({row["id"] for row in rows if row["bills_by_invoice"]})
    now = clock.now()
    bills, held, unpaid = [], [], []
    for row in rows:
        if _must_wait(row):
            unpaid.append((row["id"], None))
        elif reason := _find_obstacle(row, seats, now):
            held.append((row["id"], None, now, reason))
        else:
            bills.append(_make_bill(row, seats, freezes.get(row["id"], []), now))
    update_rows(Subscription, ("due_at",), unpaid)
    update_rows(Subscription, ("due_at", "held_at", "held_reason"), held)
    if held:
        log.error("renewals held for a person", subscriptions=[pk for pk, *_ in held][:20], count=len(held))
    return bills


def _must_wait(row: Row) -> bool:
    """Say whether the payment of the period before is still open; when it arrives, the next one is due."""
    if not row["waits_for_payment"] or row["period"] in (row["anchor_period"], row["first_period"]):
        return False
    paid_for = row["current_charge_at"]
    return paid_for is None or paid_for < _start_of(row, row["period"] - 1)


def _find_obstacle(row: Row, seats: dict[int, int], now: datetime) -> str:
    quantity = _quantity(row, seats)
    if not 1 <= quantity <= MAX_QUANTITY or quantity * row["price_minor"] > MAX_AMOUNT_MINOR:
        return f"{quantity} accounts at {row['price_minor']} cents cannot be charged at once."
    limit = row["catch_up_limit"]
    try:
        missed = None if limit is None else _has_missed_more_than(limit, row, now)
        _start_of(row, row["period"] + 1)
    except BeyondCalendar:
        return "The schedule has reached the end of the calendar."
    return f"More than {limit} periods were missed." if missed else ""


def _has_missed_more_than(limit: int, row: Row, now: datetime) -> bool:
    """Say whether the period `limit` places after the due one is due as well, and not released by staff."""
    last = _start_of(row, row["period"] + limit)
    released = row["released_through"]
    return last <= now and (released is None or last > released)


def _make_bill(row: Row, seats: dict[int, int], freezes: Sequence[SkippedPeriods], now: datetime) -> Bill:
    quantity = _quantity(row, seats)
    is_last = row["period"] == find_last_period(row["length"], freezes)
    total = Money(row["price_minor"] * quantity, row["currency"])
    return Bill(
        row=row,
        instant=max(row["due_at"], now),
        quantity=quantity,
        total=total,
        commission_minor=round_commission(total.amount_minor, row["commission_percent"]),
        gateway=row["payment_option__gateway"] or choose_gateway(livemode=not row["test"]),
        token=row["payment_option__gateway_token"] or _name_source(row),
        sealed_processor_key=row["customer__merchant__sealed_processor_key"],
        payment_option_id=row["payment_option_id"],
        next_due_at=None if is_last else _find_next(row, now),
        price_minor=row["price_minor"],
        is_left_out=is_skipped(row["period"], freezes),
        is_last=is_last,
    )


def _find_next(row: Row, now: datetime) -> datetime | None:
    """Return when the next period is due; None where it is due already, but has to wait for this payment."""
    following = _start_of(row, row["period"] + 1)
    return None if row["waits_for_payment"] and following <= now else following


def _name_source(row: Row) -> str:
    if row["customer_id"] is None:
        return TEST_TOKEN
    return build_source_token(row["customer__processor_reference"], row["funding_source"])


def _start_of(row: Row, period: int) -> datetime:
    return occurrence(row["anchor_at"], period - row["anchor_period"], row["frequency"], row["interval"])


def _quantity(row: Row, seats: dict[int, int]) -> int:
    return seats.get(row["buyer_id"], 0) if row["per_account"] else 1


def count_seats(organization_ids: set[int]) -> dict[int, int]:
    """Count the accounts of organisations as they are at this moment."""
    if not organization_ids:
        return {}
    counts = Account.objects.filter(organization_id__in=organization_ids).values_list("organization_id")
    return dict(counts.annotate(count=Count("pk")))
