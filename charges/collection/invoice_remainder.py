"""Collect only what is open of an invoice; the customer may have paid some of it in another way."""

from django.db.models import Q

from charges.history import SYSTEM, give_up_charge
from charges.models import Charge, ChargeKind
from charges.new_charge import NewCharge, copy_charge, new_identity, save_charge
from core.commission import round_commission

PAID = "The invoice was paid in another way."
PAID_IN_PART = "The invoice was paid in part in another way; the rest is collected by a charge of its own."


def lock_agreement(charge_id: int) -> None:
    """Lock the subscription that collecting a charge may touch, before the charge itself is locked.

    Whoever ends it gives up its charges; one that takes another's place must not be overlooked then. It is
    told when nothing may be sent, and says which option is to pay.
    """
    touching = Q(invoice__isnull=False) | Q(kind=ChargeKind.DISBURSEMENT) | Q(payment_option__isnull=False)
    charges = Charge.objects.filter(touching, pk=charge_id, subscription__isnull=False)
    charges.select_related("subscription").select_for_update(of=("subscription",), no_key=True).first()


def find_open_minor(charge: Charge) -> int:
    """Return the cents of a charge that are still wanted: what is open of its invoice at most."""
    if charge.invoice is None:
        return charge.total_minor
    return min(charge.total_minor, charge.invoice.balance_minor)


def reduce_to_open_balance(charge: Charge) -> Charge | None:
    """Return the charge to collect: the same one, a smaller replacement, or None if the invoice is paid.

    The caller has locked it. The amount of a charge never changes, so one that asks for too much fails and
    another takes its place, with its retries as far as they have come.
    """
    open_minor = find_open_minor(charge)
    if open_minor == charge.total_minor:
        return charge
    give_up_charge(charge, actor=SYSTEM, reason=PAID_IN_PART if open_minor else PAID)
    return save_charge(_copy_for_remainder(charge, open_minor)) if open_minor else None


def _copy_for_remainder(charge: Charge, open_minor: int) -> NewCharge:
    """Copy a charge with the remaining amount (cents); the copy has no period, its invoice says what for."""
    return copy_charge(charge)._replace(
        **new_identity(),
        period=None,
        price_minor=open_minor,
        quantity=1,
        total_minor=open_minor,
        commission_minor=round_commission(open_minor, charge.commission_percent),
    )
