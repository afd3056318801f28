"""Ending subscriptions: what waits is given up, what is with the gateway is still booked."""

from django.db import transaction

from charges.history import give_up_charge
from charges.models import LIVE_STATES, ChargeKind, ChargeStatus
from core import clock
from subscriptions.history import change_status
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription

SYSTEM = "system:schedule"
BATCH = 500


def end_locked_subscription(subscription: Subscription, *, actor: str, reason: str = "") -> None:
    """End a subscription that the caller has locked, and give up what waits. Raises WrongState."""
    change_status(subscription, subscription.cancel, actor=actor, reason=reason)
    _give_up_open_charges(subscription, actor=actor)


def end_due_subscriptions() -> int:
    """End the subscriptions whose last day has come and return how many there were."""
    due = list(Subscription.objects.to_end().values_list("pk", flat=True)[:BATCH])
    for pk in due:
        _end_if_due(pk)
    return len(due)


@transaction.atomic
def _end_if_due(subscription_id: int) -> None:
    subscription = lock_subscription(subscription_id)
    if Subscription.objects.to_end().filter(pk=subscription.pk).exists():
        end_locked_subscription(subscription, actor=SYSTEM, reason="Its last day has come.")


def _give_up_open_charges(subscription: Subscription, *, actor: str) -> None:
    waiting = subscription.charges.filter(status=ChargeStatus.PROCESSED)
    waiting = waiting.exclude(kind=ChargeKind.REFUND).order_by("pk")
    for charge in waiting.select_for_update(no_key=True):
        if charge.attempts.filter(state__in=LIVE_STATES).exists():
            charge.given_up_at = charge.updated_at = clock.now()
            charge.save(update_fields=["given_up_at", "updated_at"])
        else:
            give_up_charge(charge, actor=actor)
