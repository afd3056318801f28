"""Every change of a charge's status goes through here, so that none is without its history row."""

from collections.abc import Callable
from functools import partial

from django.db.models import QuerySet
from django_fsm import TransitionNotAllowed

from charges.errors import WrongState
from charges.models import LIVE_STATES, Charge, StatusChange
from core import clock

SYSTEM = "system:collection"
CANCELLED = "The subscription was cancelled."


def give_up_charge(charge: Charge, *, actor: str, reason: str = CANCELLED) -> None:
    """Let a charge that is not wanted any more fail; the caller has locked it. Raises WrongState."""
    charge.given_up_at = charge.given_up_at or clock.now()
    fail = partial(charge.fail, "cancelled", reason)
    change_status(charge, fail, actor=actor)


def give_up_charges(waiting: QuerySet[Charge], *, actor: str, reason: str) -> None:
    """Send nothing new for charges that are being collected; what is with a gateway is still booked.

    The caller has locked the subscriptions that they belong to.
    """
    for charge in waiting.order_by("pk").select_for_update(no_key=True):
        if charge.attempts.filter(state__in=LIVE_STATES).exists():
            charge.given_up_at = charge.updated_at = clock.now()
            charge.save(update_fields=["given_up_at", "updated_at"])
        else:
            give_up_charge(charge, actor=actor, reason=reason)


def change_status(charge: Charge, move: Callable[[], None], *, actor: str, reason: str = "") -> None:
    """Make one transition of a charge that the caller has locked, save it and record who did it.

    Raises WrongState when the charge cannot make it from where it is.
    """
    before = charge.status
    try:
        move()
    except TransitionNotAllowed:
        raise WrongState(before) from None
    charge.updated_at = clock.now()
    charge.save()
    StatusChange.objects.create(
        charge=charge, from_status=before, to_status=charge.status, actor=actor, reason=reason
    )
