"""Cancelling a subscription, now or on a day, with some of the latest payment given back if wanted."""

from datetime import UTC, date, datetime, time

from django.db import transaction

from charges.consent import Decider
from charges.errors import WrongState
from charges.history import CANCELLED, give_up_charges
from charges.models import ChargeKind, ChargeStatus
from core import clock
from core.errors import InvalidField
from core.per_row import run_logged
from customers.errors import BillingRoleMissing
from subscriptions.errors import SubscriptionNotFound
from subscriptions.history import change_end, change_status
from subscriptions.lifecycle.limits import check_note
from subscriptions.lifecycle.refund_on_cancel import check_refund, refund_latest
from subscriptions.locking import lock_subscription
from subscriptions.models import (
    AdjustmentKind,
    Subscription,
    SubscriptionAdjustment,
    SubscriptionStatus,
)
from subscriptions.models.labels import ENDING

SYSTEM = "system:schedule"
BATCH = 500


@transaction.atomic
def cancel_subscription(
    subscription_id: int,
    *,
    actor: str | Decider,
    reason: str = "",
    effective_on: date | None = None,
    prorated_refund: bool = False,
    refund_minor: int | None = None,
    repeatable: bool = True,
) -> Subscription:
    """End a subscription now, or at the beginning of a day (UTC) to come, and return it.

    What waits for a retry is given up then; invoices stay owed. A payment that is with the gateway at this
    moment is still booked when it succeeds. Cancelling again changes nothing, unless it is not `repeatable`.
    The actor is the account that wants it, through a page or an app; or the name of a merchant, of staff or
    of a program, which their doors have authorised.

    Of the latest payment, once it has arrived, `prorated_refund` gives back the part for the time that is
    left, `refund_minor` so many cents; call `subscriptions.lifecycle.collect.collect_now` after the
    transaction to send the refund at once. Raises SubscriptionNotFound, BillingRoleMissing, WrongState,
    PayoutNotRefundable, and InvalidField (with it RefundTooLarge).
    """
    subscription = lock_subscription(subscription_id)
    actor = authorise_canceller(subscription, actor)
    check_refund(subscription, refund_minor, prorated_refund=prorated_refund)
    if repeatable and _ends_so_already(subscription, effective_on):
        return subscription
    if subscription.status not in ENDING:
        raise WrongState(subscription.status)
    refunds = prorated_refund or refund_minor is not None
    last_day = _check_last_day(effective_on, refunds=refunds)
    record_end(subscription, last_day, check_note("reason", reason))
    if last_day > clock.now().date():
        _schedule_end(subscription, last_day, actor=actor)
        return subscription
    _end_now(subscription, actor=actor, reason=reason)
    if refunds:
        refund_latest(subscription, refund_minor)
    return subscription


def check_canceller(subscription: Subscription, decider: Decider) -> None:
    """Raise SubscriptionNotFound or BillingRoleMissing unless this account may cancel it.

    That is one of the buyer, or of the marketplace's operator, with the billing role of its organisation.
    The app through which it acts may be anybody's.
    """
    if not decider.is_admin and subscription.buyer_id != decider.organization_id:
        raise SubscriptionNotFound
    if not decider.has_billing_role:
        raise BillingRoleMissing


def authorise_canceller(subscription: Subscription, actor: str | Decider) -> str:
    """Return the name of the actor for the history. Raises SubscriptionNotFound, BillingRoleMissing."""
    if not isinstance(actor, Decider):
        return actor
    check_canceller(subscription, actor)
    return actor.actor


def record_end(subscription: Subscription, last_day: date, reason: str) -> None:
    """Keep among the adjustments on which day (UTC) a subscription is to end, and why."""
    SubscriptionAdjustment.objects.create(
        subscription=subscription, kind=AdjustmentKind.CANCEL, effective_on=last_day, note=reason
    )


def end_due_subscriptions() -> int:
    """End the subscriptions whose last day has come and return for how many that went well."""
    due = list(Subscription.objects.to_end().values_list("pk", flat=True)[:BATCH])
    return sum(run_logged(end_if_due, pk) for pk in due)


def _ends_so_already(subscription: Subscription, effective_on: date | None) -> bool:
    if subscription.status == SubscriptionStatus.CANCELLED:
        return True
    ends_on = subscription.cancel_at and subscription.cancel_at.date()
    return effective_on is not None and effective_on == ends_on


def _check_last_day(effective_on: date | None, *, refunds: bool) -> date:
    """Return the day on which it ends. Raises InvalidField."""
    today = clock.now().date()
    if effective_on is None:
        return today
    if effective_on < today:
        raise InvalidField("effective_on", "must not be in the past")
    if refunds and effective_on > today:
        raise InvalidField("effective_on", "must be today when something is refunded")
    return effective_on


def _schedule_end(subscription: Subscription, last_day: date, *, actor: str) -> None:
    """Let it end on a day to come. Raises WrongState for one whose end has come, which nobody puts off."""
    if subscription.cancel_at is not None and subscription.cancel_at <= clock.now():
        raise WrongState(subscription.status)
    change_end(subscription, datetime.combine(last_day, time(), UTC), actor=actor, reason=f"Ends {last_day}")


@transaction.atomic
def end_if_due(subscription_id: int) -> None:
    """End a subscription if its last day has come. Raises SubscriptionNotFound."""
    subscription = lock_subscription(subscription_id)
    if Subscription.objects.to_end().filter(pk=subscription.pk).exists():
        _end_now(subscription, actor=SYSTEM, reason="Its last day has come.")


def _end_now(subscription: Subscription, *, actor: str, reason: str) -> None:
    """End a subscription that is locked, and give up what waits to be collected."""
    change_status(subscription, subscription.cancel, actor=actor, reason=reason)
    waiting = subscription.charges.filter(status=ChargeStatus.PROCESSED)
    wanted_no_more = waiting.exclude(kind=ChargeKind.REFUND)
    give_up_charges(wanted_no_more, actor=actor, reason=CANCELLED, keeps_failure=True)
