"""Changing, freezing and ending agreements that are billed by invoice."""

from datetime import UTC, date, datetime, time

from django.db import transaction

from charges.errors import WrongState
from charges.requests.option_rules import check_option
from core import clock
from core.errors import InvalidField
from customers.models import PaymentOption
from subscriptions.history import record_act
from subscriptions.lifecycle.agreements import MAX_LENGTHS
from subscriptions.lifecycle.ending import end_locked_subscription
from subscriptions.locking import lock_subscription
from subscriptions.models import (
    RUNNING,
    AdjustmentKind,
    Subscription,
    SubscriptionAdjustment,
    SubscriptionStatus,
)
from subscriptions.renewal.skips import find_last_period, find_next_billed, read_skips
from subscriptions.schedule import BeyondCalendar

LONGEST = max(MAX_LENGTHS.values())


@transaction.atomic
def change_agreement(
    subscription_id: int,
    *,
    actor: str,
    note: str | None = None,
    payment_option: PaymentOption | None = None,
) -> Subscription:
    """Change the note or the payment option of a running subscription and return it.

    Raises SubscriptionNotFound, WrongState, InvalidField for payment_option.
    """
    subscription = _lock_running(subscription_id)
    if note is not None:
        subscription.note = note
    if payment_option is not None:
        subscription.payment_option = check_option(payment_option, subscription.customer)
    subscription.updated_at = clock.now()
    subscription.save(update_fields=["note", "payment_option", "updated_at"])
    record_act(subscription, before=subscription.status, actor=actor, reason="Changed")
    return subscription


@transaction.atomic
def cancel_agreement(
    subscription_id: int, *, actor: str, effective_on: date | None = None, note: str = ""
) -> Subscription:
    """End a subscription now, or at the beginning of a day (UTC) to come, and return it.

    Invoices that are there stay owed. Doing it again changes nothing. Raises SubscriptionNotFound,
    WrongState, InvalidField for effective_on.
    """
    subscription = lock_subscription(subscription_id)
    if _ends_so_already(subscription, effective_on):
        return subscription
    _require_running(subscription)
    today = clock.now().date()
    if effective_on is not None and effective_on < today:
        raise InvalidField("effective_on", "must not be in the past")
    SubscriptionAdjustment.objects.create(
        subscription=subscription,
        kind=AdjustmentKind.CANCEL,
        effective_on=effective_on or today,
        note=note,
    )
    if effective_on is None or effective_on == today:
        end_locked_subscription(subscription, actor=actor, reason=note)
    else:
        subscription.cancel_at = datetime.combine(effective_on, time(), UTC)
        subscription.save(update_fields=["cancel_at"])
        record_act(subscription, before=subscription.status, actor=actor, reason=f"Ends {effective_on}")
    return subscription


@transaction.atomic
def skip_periods(
    subscription_id: int,
    *,
    actor: str,
    length: int,
    effective_on: date | None = None,
    note: str = "",
) -> Subscription:
    """Leave out the next `length` billings, from the billing on a date or else from the next one; return it.

    Raises SubscriptionNotFound, WrongState, and InvalidField for length and effective_on.
    """
    subscription = _lock_running(subscription_id)
    freezes = read_skips([subscription.pk]).get(subscription.pk, [])
    first = find_next_billed(subscription.period, freezes)
    if effective_on is not None:
        first = _find_period(subscription, effective_on)
    if not 1 <= length <= LONGEST:
        raise InvalidField("length", f"must be between 1 and {LONGEST}")
    last = find_last_period(subscription.length, freezes)
    if last is not None and first > last:
        raise InvalidField("effective_on", "must be a billing date of the subscription")
    if any(
        first < each.first_period + each.length and each.first_period < first + length for each in freezes
    ):
        raise InvalidField("effective_on", "must not lie in another freeze")
    SubscriptionAdjustment.objects.create(
        subscription=subscription,
        kind=AdjustmentKind.SKIP,
        effective_on=subscription.starts_of(first).date(),
        end_on=subscription.starts_of(first + length).date(),
        first_period=first,
        length=length,
        note=note,
    )
    record_act(subscription, before=subscription.status, actor=actor, reason=f"Frozen: {note}"[:255])
    return subscription


def _lock_running(subscription_id: int) -> Subscription:
    subscription = lock_subscription(subscription_id)
    _require_running(subscription)
    return subscription


def _require_running(subscription: Subscription) -> None:
    if subscription.status not in RUNNING:
        raise WrongState(subscription.status)


def _ends_so_already(subscription: Subscription, effective_on: date | None) -> bool:
    if subscription.status == SubscriptionStatus.CANCELLED:
        return True
    ends_on = subscription.cancel_at and subscription.cancel_at.date()
    return effective_on is not None and effective_on == ends_on


def _find_period(subscription: Subscription, day: date) -> int:
    """Return the period that begins on a day to come. Raises InvalidField."""
    period = subscription.period
    try:
        while (start := subscription.starts_of(period).date()) < day:
            period += 1
    except BeyondCalendar:
        start = date.min
    if start != day or day <= clock.now().date():
        raise InvalidField("effective_on", "must be a billing date of the subscription in the future")
    return period
