"""Ending the subscription of a customer, with some of the latest payment given back if wanted."""

from datetime import datetime, timedelta

from django.db import transaction

from charges.models import Charge, ChargeKind, ChargeStatus
from charges.requests.refunds import refund_charge
from core import clock
from subscriptions.errors import PayoutNotRefundable, RefundTooLarge
from subscriptions.lifecycle.ending import end_locked_subscription
from subscriptions.locking import lock_subscription
from subscriptions.models import PlanKind, Subscription

MICROSECOND = timedelta(microseconds=1)


@transaction.atomic
def end_subscription(
    subscription_id: int, *, actor: str, prorated_refund: bool = False, refund_minor: int | None = None
) -> Subscription:
    """Cancel a subscription now and return it; part of the latest payment is refunded if wanted.

    `prorated_refund` gives back what is left of the paid period, by time; `refund_minor` so many cents. The
    latest payment alone is looked at: unless it has arrived, nothing is refunded. Call
    `subscriptions.lifecycle.subscribing.collect_now` after the transaction to send the refund at once.
    Raises SubscriptionNotFound, RefundTooLarge, PayoutNotRefundable, and WrongState when it ended already.
    """
    subscription = lock_subscription(subscription_id)
    if refund_minor is not None and refund_minor > subscription.price_minor:
        raise RefundTooLarge(subscription.price_minor)
    end_locked_subscription(subscription, actor=actor)
    if prorated_refund or refund_minor is not None:
        _refund_latest(subscription, refund_minor)
    return subscription


def _refund_latest(subscription: Subscription, refund_minor: int | None) -> None:
    if subscription.kind == PlanKind.DISBURSEMENT:
        raise PayoutNotRefundable
    periods = subscription.charges.filter(kind=ChargeKind.CHARGE, period__isnull=False)
    latest = periods.order_by("-period").first()
    if latest is None or latest.status != ChargeStatus.SUCCESS:
        return
    next_at = subscription.starts_of(subscription.period)
    amount = prorate(latest, until=next_at, at=clock.now()) if refund_minor is None else refund_minor
    if amount:
        refund_charge(latest, amount_minor=amount, due_at=next_at)


def prorate(charge: Charge, *, until: datetime, at: datetime) -> int:
    """Return the part (cents) of a period's payment for the time from `at` to its end `until` (UTC).

    Fractions of a cent are dropped; nothing is left of a period that is over.
    """
    if charge.due_at is None:
        raise ValueError("only the payment of a period can be prorated")
    left, whole = (until - at) // MICROSECOND, (until - charge.due_at) // MICROSECOND
    return charge.total_minor * min(max(left, 0), whole) // whole
