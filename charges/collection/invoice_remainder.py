"""Collecting only what is open of an invoice; the customer may have paid some of it in another way."""

from copy import copy

from charges.history import SYSTEM, give_up_charge
from charges.models import Charge
from core import clock
from core.ids import new_public_id
from core.money import round_commission

PAID = "The invoice was paid in another way."
PAID_IN_PART = "The invoice was paid in part in another way; the rest is collected by a charge of its own."


def lock_agreement(charge_id: int) -> None:
    """Lock the subscription whose invoice a charge collects, before the charge itself is locked.

    Whoever ends it gives up its charges; one that takes another's place must not be overlooked then.
    """
    of_invoice = Charge.objects.filter(pk=charge_id, invoice__isnull=False, subscription__isnull=False)
    of_invoice.select_related("subscription").select_for_update(of=("subscription",), no_key=True).first()


def find_open_minor(charge: Charge) -> int:
    """Return the cents of a charge that are still wanted: what is open of its invoice at most."""
    if charge.invoice is None:
        return charge.total_minor
    return min(charge.total_minor, charge.invoice.balance_minor)


def reduce_to_open_balance(charge: Charge) -> Charge | None:
    """Return what to collect for a charge that the caller has locked: it, one for less, or None for nothing.

    The amount of a charge never changes, so one that asks for too much fails and another takes its place,
    with its retries as far as they have come.
    """
    open_minor = find_open_minor(charge)
    if open_minor == charge.total_minor:
        return charge
    rest = _copy_for_remainder(charge, open_minor) if open_minor else None
    give_up_charge(charge, actor=SYSTEM, reason=PAID_IN_PART if rest else PAID)
    if rest is not None:
        rest.save(force_insert=True)
    return rest


def _copy_for_remainder(charge: Charge, open_minor: int) -> Charge:
    """Return the like of a charge over what is open (cents); it pays no period, the invoice says for what."""
    rest = copy(charge)
    rest.pk, rest.public_id, rest.period = None, new_public_id(), None
    rest.price_minor = rest.total_minor = open_minor
    rest.quantity, rest.created_at, rest.updated_at = 1, clock.now(), clock.now()
    rest.commission_minor = round_commission(open_minor, rest.commission_percent)
    return rest
