"""Collecting only what is open of an invoice; the customer may have paid some of it in another way."""

from copy import copy

from charges.history import give_up_charge
from charges.models import Charge
from core import clock
from core.ids import new_public_id
from core.money import split_commission

ACTOR = "system:collection"
PAID = "The invoice was paid in another way."
PAID_IN_PART = "The invoice was paid in part in another way; the rest is collected by a charge of its own."


def keep_to_open(charge: Charge) -> Charge | None:
    """Return what to collect for a charge that the caller has locked: it, one for less, or None for nothing.

    The amount of a charge never changes, so one that asks for too much fails and another takes its place,
    with its retries as far as they have come.
    """
    open_minor = charge.total_minor if charge.invoice is None else charge.invoice.balance_minor
    if open_minor >= charge.total_minor:
        return charge
    rest = _draw_up_rest(charge, open_minor) if open_minor else None
    give_up_charge(charge, actor=ACTOR, reason=PAID_IN_PART if rest else PAID)
    if rest is not None:
        rest.save(force_insert=True)
    return rest


def _draw_up_rest(charge: Charge, open_minor: int) -> Charge:
    """Return the like of a charge over what is open (cents); it pays no period, the invoice says for what."""
    rest = copy(charge)
    rest.pk, rest.public_id, rest.period = None, new_public_id(), None
    rest.price_minor = rest.total_minor = open_minor
    rest.quantity, rest.created_at, rest.updated_at = 1, clock.now(), clock.now()
    commission, _ = split_commission(rest.total, rest.commission_percent)
    rest.commission_minor = commission.amount_minor
    return rest
