"""Rows of subscriptions as renewal reads them, for tests of the rules. All pay 10.00 USD a month."""

from datetime import UTC, datetime
from uuid import UUID

from charges.rows import PeriodPayment
from subscriptions.renewal.due_periods import DueSubscription
from subscriptions.rows import SubscriptionRow


def day(text: str) -> datetime:
    """Ten o'clock (UTC) on a date."""
    return datetime.fromisoformat(text).replace(hour=10, tzinfo=UTC)


ANCHOR = day("2027-01-31")
# Period 0 is paid, period 1 is billed, and period 2 is what comes next.
RUNNING = SubscriptionRow(
    id=5,
    anchor_at=ANCHOR,
    anchor_period=0,
    period=2,
    frequency="monthly",
    interval=1,
    length=None,
    waits_for_payment=True,
    status="active",
    due_at=day("2027-03-31"),
    current_charge_at=ANCHOR,
    next_charge_at=day("2027-02-28"),
    frozen_at=None,
    expired_at=None,
    held_at=None,
    held_reason="",
    cancel_at=None,
    updated_at=ANCHOR,
)
DUE = DueSubscription(
    id=5,
    public_id=UUID(int=5),
    status="active",
    product="livechat",
    buyer_id=1,
    buyer_account_id=1,
    order_application_id=1,
    seller_application_id=1,
    payee_id=2,
    name="Extension",
    currency="USD",
    price_minor=1_000,
    per_account=False,
    test=False,
    commission_percent=20,
    return_url="",
    frequency="monthly",
    interval=1,
    anchor_at=ANCHOR,
    anchor_period=0,
    first_period=0,
    period=1,
    due_at=day("2027-02-28"),
    current_charge_at=ANCHOR,
    retry_days=[1, 3],
    waits_for_payment=True,
    catch_up_limit=3,
    released_through=None,
    kind="charge",
    customer_id=None,
    funding_source=None,
    retry_limit=None,
    length=None,
    note="",
    bills_by_invoice=False,
    customer__processor_reference=None,
    customer__merchant__sealed_processor_key=None,
    payment_option__gateway="sandbox",
    payment_option__gateway_token="tok",
    payment_option_id=9,
    payment_option__is_active=True,
    payment_option__exp_year=2035,
    payment_option__exp_month=12,
    acceptance=1,
)


def pay(period: int | None = 1, due: str = "2027-02-28", **fields) -> PeriodPayment:
    """News that the payment of a period arrived, on the second day of it."""
    return PeriodPayment(5, period, day(due), at=day("2027-03-01"), **{"is_paid": True} | fields)
