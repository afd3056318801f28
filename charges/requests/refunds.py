"""Giving a customer money back."""

from datetime import datetime

from django.db.models import Sum

from charges.models import Charge, ChargeKind, ChargeStatus
from charges.new_charge import NewCharge, new_identity, save_charge
from core import clock
from core.money import round_commission


def refund_charge(charge: Charge, *, amount_minor: int, due_at: datetime | None) -> Charge:
    """Make the refund of (part of) a collected charge, to be sent through the gateway that captured it.

    `amount_minor` is cents; the seller and the commission give back their shares. The caller has locked
    what the charge belongs to. The database refuses more than was charged, in all refunds together.
    """
    now = clock.now()
    new = NewCharge(
        **new_identity(),
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
        commission_minor=_share_commission(charge, amount_minor),
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


def _share_commission(charge: Charge, amount_minor: int) -> int:
    done = charge.refunds.exclude(status=ChargeStatus.FAILED).aggregate(
        total=Sum("total_minor", default=0), commission=Sum("commission_minor", default=0)
    )
    return share_commission(
        amount_minor,
        percent=charge.commission_percent,
        refunded_minor=int(done["total"]),
        returned_minor=int(done["commission"]),
    )


def share_commission(amount_minor: int, *, percent: int, refunded_minor: int, returned_minor: int) -> int:
    """Return the commission in a refund (cents), after refunds of `refunded_minor` returned so much of it.

    Over all refunds it adds up to the commission on what was refunded, however it was divided.
    """
    return round_commission(refunded_minor + amount_minor, percent) - returned_minor
