"""Compute what each due subscription is charged for its next period. Amounts are cents, times UTC."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from charges.processor.gateway_tokens import build_source_token, build_test_token
from core.card_expiry import has_passed
from core.commission import round_commission
from core.money import Money
from gateway.registry import choose_gateway
from subscriptions.history import Hold
from subscriptions.models import PlanKind
from subscriptions.renewal.seats import is_chargeable_at_once
from subscriptions.renewal.skips import SkippedPeriods, find_last_period, find_later_billed, is_skipped
from subscriptions.rows import start_of
from subscriptions.schedule import BeyondCalendar


class DueSubscription(NamedTuple):
    """A subscription with a period to bill. The fields are what the ORM calls its columns."""

    id: int
    public_id: UUID
    status: str
    product: str
    buyer_id: int | None
    buyer_account_id: int | None
    order_application_id: int | None
    seller_application_id: int | None
    payee_id: int
    name: str
    currency: str
    price_minor: int
    per_account: bool
    test: bool
    commission_percent: int
    return_url: str
    frequency: str
    interval: int
    anchor_at: datetime
    anchor_period: int
    first_period: int
    period: int
    due_at: datetime
    current_charge_at: datetime | None
    retry_days: list[int]
    waits_for_payment: bool
    catch_up_limit: int | None
    released_through: datetime | None
    kind: str
    customer_id: int | None
    funding_source: str | None
    retry_limit: int | None
    length: int | None
    note: str
    bills_by_invoice: bool
    customer__processor_reference: str | None
    customer__merchant__sealed_processor_key: bytes | None
    payment_option__gateway: str | None
    payment_option__gateway_token: str | None
    payment_option_id: int | None
    payment_option__is_active: bool | None
    payment_option__exp_year: int | None
    payment_option__exp_month: int | None
    acceptance: int | None


class PeriodDue(NamedTuple):
    """One period of one subscription: what is charged for it, through which gateway, and what comes next."""

    row: DueSubscription
    instant: datetime
    quantity: int
    total: Money
    commission_minor: int
    gateway: str
    token: str
    next_due_at: datetime | None
    price_minor: int
    invoice_id: int | None = None
    is_skipped: bool = False
    is_last: bool = False

    @property
    def is_plain(self) -> bool:
        """Say whether its attempt can be planned with all the others: a charge, with all that it needs.

        One whose option is off is not, nor one whose option was changed while it was being claimed.
        """
        is_payable = self.row.payment_option_id is None or self.row.payment_option__is_active is True
        is_charge = self.row.kind == PlanKind.CHARGE and self.invoice_id is None
        return is_charge and is_payable and self.token != ""

    @property
    def has_expired(self) -> bool:
        """Say whether its card has expired, as far as is known here."""
        row = self.row
        return has_passed(row.payment_option__exp_year, row.payment_option__exp_month, at=self.instant)

    @property
    def is_chargeable(self) -> bool:
        """Say whether something is left to collect, and how; what is not collected stays on the account."""
        if not self.row.bills_by_invoice:
            return True
        return self.total.amount_minor > 0 and bool(self.row.payment_option__is_active)


class DuePeriods(NamedTuple):
    """Due subscriptions by what is done with them now."""

    periods: list[PeriodDue]
    waiting: list[DueSubscription]
    holds: list[Hold]


def compute_periods_due(
    rows: Iterable[DueSubscription],
    *,
    seats: Mapping[int, int],
    skips: Mapping[int, Sequence[SkippedPeriods]],
    now: datetime,
) -> DuePeriods:
    """Compute the period of each due subscription.

    One that must not be billed is held for a person, and one that has to wait for the payment of the period
    before is billed when that arrives. `seats` are the accounts of each buyer.
    """
    due = DuePeriods([], [], [])
    for row in rows:
        quantity = seats.get(row.buyer_id or 0, 0) if row.per_account else 1
        if must_wait(row):
            due.waiting.append(row)
        elif reason := find_obstacle(row, quantity, skips.get(row.id, ()), now):
            due.holds.append(Hold(row.id, row.status, reason))
        else:
            due.periods.append(compute_period(row, quantity, skips.get(row.id, ()), now))
    return due


def must_wait(row: DueSubscription) -> bool:
    """Say whether the payment of the period before is still open; when it arrives, the next one is due."""
    if not row.waits_for_payment or row.period in (row.anchor_period, row.first_period):
        return False
    return row.current_charge_at is None or row.current_charge_at < start_of(row, row.period - 1)


def find_obstacle(row: DueSubscription, quantity: int, skips: Sequence[SkippedPeriods], now: datetime) -> str:
    """Say why a period must not be billed before a person has looked at it; empty when it may."""
    if row.customer_id is None and row.acceptance is None:
        return "Its buyer has not accepted its terms."
    if not is_chargeable_at_once(price_minor=row.price_minor, seats=quantity):
        price = Money(row.price_minor, row.currency)
        return f"{quantity} accounts at {price} cannot be charged at once."
    limit = row.catch_up_limit
    try:
        missed = limit is not None and _has_missed_more_than(limit, row, skips, now)
        start_of(row, row.period + 1)
    except BeyondCalendar:
        return "The schedule has reached the end of the calendar."
    return f"More than {limit} periods were missed." if missed else ""


def compute_period(
    row: DueSubscription, quantity: int, skips: Sequence[SkippedPeriods], now: datetime
) -> PeriodDue:
    """Return what is charged for the period of a due subscription at `now`, or at its own later instant."""
    total_minor = row.price_minor * quantity
    is_last = row.period == find_last_period(row.length, skips)
    return PeriodDue(
        row=row,
        instant=max(row.due_at, now),
        quantity=quantity,
        total=Money(total_minor, row.currency),
        commission_minor=round_commission(total_minor, row.commission_percent),
        gateway=row.payment_option__gateway or choose_gateway(livemode=not row.test),
        token=row.payment_option__gateway_token or _build_token(row),
        next_due_at=None if is_last else _find_next(row, now),
        price_minor=row.price_minor,
        is_skipped=is_skipped(row.period, skips),
        is_last=is_last,
    )


def _has_missed_more_than(
    limit: int, row: DueSubscription, skips: Sequence[SkippedPeriods], now: datetime
) -> bool:
    """Say whether the billing `limit` places after the due one is due as well, and not released by staff."""
    period, last = find_later_billed(row.period, limit, skips), find_last_period(row.length, skips)
    if last is not None and period > last:
        return False
    start = start_of(row, period)
    return start <= now and (row.released_through is None or start > row.released_through)


def _find_next(row: DueSubscription, now: datetime) -> datetime | None:
    """Return when the next period is due; None where it is due already, but has to wait for this payment."""
    following = start_of(row, row.period + 1)
    return None if row.waits_for_payment and following <= now else following


def _build_token(row: DueSubscription) -> str:
    if row.customer_id is None:
        return build_test_token(row.funding_source)
    return build_source_token(row.customer__processor_reference, row.funding_source)
