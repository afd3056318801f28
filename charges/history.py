"""Every change of a charge's status goes through here, so that none is without its history row."""

from collections.abc import Callable
from functools import partial

from django_fsm import TransitionNotAllowed

from charges.errors import WrongState
from charges.models import Charge, StatusChange
from core import clock


def give_up_charge(charge: Charge, *, actor: str, reason: str = "The subscription was cancelled.") -> None:
    """Let a charge that is not wanted any more fail; the caller has locked it. Raises WrongState."""
    charge.given_up_at = charge.given_up_at or clock.now()
    fail = partial(charge.fail, "cancelled", reason)
    change_status(charge, fail, actor=actor)


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
