"""What is given back of the latest payment when a subscription is cancelled within a period."""

from datetime import datetime, timedelta

from charges.models import ChargeKind, ChargeStatus
from charges.refunds.make import count_refundable, refund_charge
from core import clock
from core.errors import InvalidField
from subscriptions.errors import PayoutNotRefundable, RefundTooLarge
from subscriptions.models import PlanKind, Subscription

MICROSECOND = timedelta(microseconds=1)


def check_refund(subscription: Subscription, refund_minor: int | None, *, prorated_refund: bool) -> None:
    """Raise InvalidField (with it RefundTooLarge) for a wish that cannot be met."""
    if refund_minor is None:
        return
    if prorated_refund:
        raise InvalidField("refund_minor", "cannot be given beside a prorated refund")
    if refund_minor < 1:
        raise InvalidField("refund_minor", "must be at least 1 cent")
    if refund_minor > subscription.price_minor:
        raise RefundTooLarge(subscription.price_minor)


def refund_latest(subscription: Subscription, refund_minor: int | None) -> None:
    """Give back of the latest payment alone; unless it has arrived, nothing. Raises PayoutNotRefundable."""
    if subscription.kind == PlanKind.DISBURSEMENT:
        raise PayoutNotRefundable
    periods = subscription.charges.filter(kind=ChargeKind.CHARGE, period__isnull=False, due_at__isnull=False)
    latest = periods.order_by("-period").first()
    if latest is None or latest.due_at is None or latest.status != ChargeStatus.SUCCESS:
        return
    next_at = subscription.starts_of(subscription.period)
    amount_minor = refund_minor or prorate(
        latest.total_minor, since=latest.due_at, until=next_at, at=clock.now()
    )
    # What the payer's bank has taken back, or was refunded before, is not given back once more.
    amount_minor = min(amount_minor, count_refundable(latest))
    if amount_minor:
        refund_charge(latest, amount_minor=amount_minor, due_at=next_at)


def prorate(total_minor: int, *, since: datetime, until: datetime, at: datetime) -> int:
    """Return the part (cents) of a payment for `since` to `until` that is for the time from `at` on (UTC).

    Fractions of a cent are dropped; nothing is left of a period that is over.
    """
    left, whole = (until - at) // MICROSECOND, (until - since) // MICROSECOND
    return total_minor * min(max(left, 0), whole) // whole
