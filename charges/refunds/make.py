"""Giving a customer money back."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from charges.errors import ChargeInDispute, ChargeNotFound, RefundedAlready, WrongState
from charges.models import Charge, ChargeKind, ChargeStatus, DisputeStatus
from charges.new_charge import NewCharge, new_identity, save_charge
from core import clock
from core.commission import round_commission
from core.currencies import name_minor_unit
from core.errors import InvalidField


def lock_charge(charges: QuerySet[Charge]) -> Charge:
    """Lock a charge that is to be refunded, and its subscription before it. Raises ChargeNotFound."""
    charges = charges.filter(kind=ChargeKind.CHARGE)
    of_period = charges.filter(subscription__isnull=False).select_related("subscription")
    of_period.select_for_update(of=("subscription",), no_key=True).first()
    charge = charges.select_for_update(no_key=True).first()
    if charge is None:
        raise ChargeNotFound
    return charge


def check_refund(charge: Charge, amount_minor: int | None) -> int:
    """Return the cents to give back of a charge that is locked: so many, or all that is left.

    Raises WrongState for what was not collected, ChargeInDispute, RefundedAlready, InvalidField.
    """
    if charge.status != ChargeStatus.SUCCESS:
        raise WrongState(charge.status)
    left = count_refundable(charge)
    if charge.disputes.filter(status=DisputeStatus.OPENED).exists():
        raise ChargeInDispute
    if not left:
        raise RefundedAlready
    if amount_minor is not None and not 1 <= amount_minor <= left:
        unit = name_minor_unit(charge.currency)
        raise InvalidField("amount_minor", f"must be between 1 and the {left} {unit} left of the charge")
    return amount_minor or left


def refund_charge(
    charge: Charge, *, amount_minor: int, due_at: datetime | None, public_id: UUID | None = None
) -> Charge:
    """Make the refund of (part of) a collected charge, to be sent through the gateway that captured it.

    `amount_minor` is cents; the seller and the commission give back their shares. The caller has locked
    what the charge belongs to. The database refuses more than was charged, in all refunds and
    disputes together, and a large one of a buyer's charge that no second person has approved.
    """
    now = clock.now()
    new = NewCharge(
        **new_identity(public_id),
        kind=ChargeKind.REFUND,
        refund_of_id=charge.pk,
        customer_id=charge.customer_id,
        product=charge.product,
        buyer_id=charge.buyer_id,
        buyer_account_id=charge.buyer_account_id,
        order_application_id=charge.order_application_id,
        seller_application_id=charge.seller_application_id,
        payee_id=charge.payee_id,
        name=charge.name,
        currency=charge.currency,
        price_minor=amount_minor,
        quantity=1,
        total_minor=amount_minor,
        test=charge.test,
        commission_percent=charge.commission_percent,
        commission_minor=share_commission_of(charge, amount_minor),
        status=ChargeStatus.PROCESSED,
        subscription_id=charge.subscription_id,
        due_at=due_at,
        retry_days=charge.retry_days,
        retry_limit=charge.retry_limit,
        entered_as=charge.entered_as,
        activated_at=now,
        collect_at=now,
    )
    return save_charge(new, refund_of=charge)


def count_refundable(charge: Charge) -> int:
    """Return the cents of a collected charge that neither a refund nor the payer's bank gives back."""
    refunds = charge.refunds.exclude(status=ChargeStatus.FAILED).aggregate(sum=Sum("total_minor", default=0))
    disputes = charge.disputes.exclude(status=DisputeStatus.WON).aggregate(sum=Sum("amount_minor", default=0))
    return int(charge.total_minor - refunds["sum"] - disputes["sum"])


def share_commission_of(charge: Charge, amount_minor: int) -> int:
    """Return the commission (cents) in what is given back of a charge after earlier refunds and disputes.

    The caller has locked the charge.
    """
    refunds = charge.refunds.exclude(status=ChargeStatus.FAILED).aggregate(
        total=Sum("total_minor", default=0), commission=Sum("commission_minor", default=0)
    )
    borne = charge.disputes.exclude(status=DisputeStatus.WON).filter(commission_minor__isnull=False)
    disputes = borne.aggregate(
        total=Sum("amount_minor", default=0), commission=Sum("commission_minor", default=0)
    )
    return share_commission(
        amount_minor,
        percent=charge.commission_percent,
        refunded_minor=int(refunds["total"] + disputes["total"]),
        returned_minor=int(refunds["commission"] + disputes["commission"]),
    )


def share_commission(amount_minor: int, *, percent: int, refunded_minor: int, returned_minor: int) -> int:
    """Return the commission in a refund (cents), after refunds of `refunded_minor` returned so much of it.

    Over all refunds it adds up to the commission on what was refunded, however it was divided; a refund that
    failed meanwhile may leave a cent, which is never more than the refund or below zero.
    """
    share = round_commission(refunded_minor + amount_minor, percent) - returned_minor
    return min(max(share, 0), amount_minor)
