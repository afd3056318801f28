"""Every change of a subscription's status, and every act of staff on it, leaves a row."""

from collections.abc import Callable

from django_fsm import TransitionNotAllowed

from charges.errors import WrongState
from core import clock
from subscriptions.models import Subscription, SubscriptionChange


def change_status(
    subscription: Subscription, move: Callable[[], None], *, actor: str, reason: str = ""
) -> None:
    """Make one transition of a subscription that the caller has locked, save it and record who did it.

    Raises WrongState when it cannot make it from where it is.
    """
    before = subscription.status
    try:
        move()
    except TransitionNotAllowed:
        raise WrongState(before) from None
    subscription.updated_at = clock.now()
    subscription.save()
    record_act(subscription, before=before, actor=actor, reason=reason)


def record_act(subscription: Subscription, *, before: str, actor: str, reason: str) -> None:
    """Write the history row of something that was done to a subscription."""
    SubscriptionChange.objects.create(
        subscription=subscription,
        from_status=before,
        to_status=subscription.status,
        actor=actor,
        reason=reason,
    )
