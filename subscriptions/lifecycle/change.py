"""Changing a running subscription: its note, what it is paid with, and the periods it leaves out."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from charges.errors import WrongState
from charges.requests.option_rules import check_option
from core import clock
from core.errors import InvalidField
from customers.models import PaymentOption
from subscriptions.history import record_act
from subscriptions.lifecycle.limits import MAX_LENGTH, check_note
from subscriptions.lifecycle.payment_option import bring_forward
from subscriptions.locking import lock_subscription
from subscriptions.models import RUNNING, AdjustmentKind, Subscription, SubscriptionAdjustment
from subscriptions.renewal.skips import SkippedPeriods, find_last_period, find_next_billed, read_skips
from subscriptions.schedule import BeyondCalendar


@transaction.atomic
def change_subscription(
    subscription_id: int,
    *,
    actor: str,
    note: str | None = None,
    payment_option: PaymentOption | None = None,
) -> Subscription:
    """Change the note or the customer's payment option of a running subscription and return it.

    What waits for a retry is tried at once with another option; the planned retries stay as they were.

    Raises SubscriptionNotFound, WrongState, InvalidField.
    """
    subscription = _lock_running(subscription_id)
    if note is not None:
        subscription.note = check_note("note", note)
    if payment_option is not None:
        subscription.payment_option = check_option(payment_option, subscription.customer)
    subscription.updated_at = clock.now()
    subscription.save(update_fields=["note", "payment_option", "updated_at"])
    if payment_option is not None:
        bring_forward(subscription)
    record_act(subscription, actor=actor, reason="Changed")
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

    Raises SubscriptionNotFound, WrongState, InvalidField.
    """
    subscription = _lock_running(subscription_id)
    if not 1 <= length <= MAX_LENGTH:
        raise InvalidField("length", f"must be between 1 and {MAX_LENGTH}")
    skips = read_skips([subscription.pk]).get(subscription.pk, [])
    first = _choose_first(subscription, skips, effective_on)
    _refuse_overlap(SkippedPeriods(first, length), skips)
    SubscriptionAdjustment.objects.create(
        subscription=subscription,
        kind=AdjustmentKind.SKIP,
        effective_on=subscription.starts_of(first).date(),
        end_on=_find_end(subscription, first + length),
        first_period=first,
        length=length,
        note=check_note("note", note),
    )
    record_act(subscription, actor=actor, reason=f"Skips {length}: {note}"[:255])
    return subscription


def _lock_running(subscription_id: int) -> Subscription:
    subscription = lock_subscription(subscription_id)
    if subscription.status not in RUNNING:
        raise WrongState(subscription.status)
    return subscription


def _choose_first(
    subscription: Subscription, skips: Sequence[SkippedPeriods], effective_on: date | None
) -> int:
    """Return the first period to leave out: the next that is billed, or the one that begins on a day."""
    if effective_on is None:
        first = find_next_billed(subscription.period, skips)
    else:
        first = _find_period(subscription, effective_on)
    last = find_last_period(subscription.length, skips)
    if last is not None and first > last:
        raise InvalidField("effective_on", "must be a billing date of the subscription")
    return first


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


def _find_end(subscription: Subscription, period: int) -> date:
    """Return the day of the first billing after those left out. Raises InvalidField if it never comes."""
    try:
        return subscription.starts_of(period).date()
    except BeyondCalendar:
        raise InvalidField("length", "must leave a billing before the year 10000") from None


def _refuse_overlap(wanted: SkippedPeriods, skips: Sequence[SkippedPeriods]) -> None:
    for each in skips:
        starts_before_its_end = wanted.first_period < each.first_period + each.length
        if starts_before_its_end and each.first_period < wanted.first_period + wanted.length:
            raise InvalidField("effective_on", "must not be among billings that are left out already")
