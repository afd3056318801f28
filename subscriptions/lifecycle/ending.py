"""Ending subscriptions: what waits is given up, what is with the gateway is still booked."""

from django.db import transaction

from charges.history import CANCELLED, give_up_charges
from charges.models import ChargeKind, ChargeStatus
from core.per_row import run_logged
from subscriptions.history import change_status
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription

SYSTEM = "system:schedule"
BATCH = 500


def end_locked_subscription(subscription: Subscription, *, actor: str, reason: str = "") -> None:
    """End a subscription that the caller has locked, and give up what waits. Raises WrongState."""
    change_status(subscription, subscription.cancel, actor=actor, reason=reason)
    waiting = subscription.charges.filter(status=ChargeStatus.PROCESSED)
    give_up_charges(waiting.exclude(kind=ChargeKind.REFUND), actor=actor, reason=CANCELLED)


def end_due_subscriptions() -> int:
    """End the subscriptions whose last day has come and return for how many that went well."""
    due = list(Subscription.objects.to_end().values_list("pk", flat=True)[:BATCH])
    return sum(run_logged(_end_if_due, pk) for pk in due)


@transaction.atomic
def _end_if_due(subscription_id: int) -> None:
    subscription = lock_subscription(subscription_id)
    if Subscription.objects.to_end().filter(pk=subscription.pk).exists():
        end_locked_subscription(subscription, actor=SYSTEM, reason="Its last day has come.")
