"""Limits of payouts to a merchant's customers: the operator's permission, and an amount a day."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, Sum

from charges.models import LIVE_STATES, Attempt, Charge, ChargeKind, ChargeStatus
from core import clock
from core.money import Money
from customers.models import Merchant

NOT_PERMITTED = "Payouts are not permitted for this company; the operator has to allow them."


def lock_payer(charge: Charge) -> Merchant:
    """Return the merchant that pays, locked, so that two payouts at once cannot both fit under its limit."""
    return Merchant.objects.select_for_update(no_key=True).get(customers=charge.customer_id)


class Refusal(NamedTuple):
    """Why nothing is sent for a charge now; one that is final is not tried again."""

    code: str
    message: str
    final: bool


def find_refusal(charge: Charge, merchant: Merchant) -> Refusal | None:
    """Say why a payout may not be sent today (UTC), None when it may; the merchant is locked."""
    if not merchant.may_pay_out:
        return Refusal("not_permitted", NOT_PERMITTED, final=True)
    limit = merchant.daily_payout_limit_minor
    if sum_payouts_of_today(merchant) + charge.total_minor <= limit:
        return None
    message = f"The daily payout limit of {Money(limit, charge.currency)} would be exceeded."
    return Refusal("daily_limit", message, final=False)


def sum_payouts_of_today(merchant: Merchant) -> int:
    """Return the cents that this merchant has paid out today (UTC) or is paying out now."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    paid = Q(status=ChargeStatus.SUCCESS, finished_at__gte=midnight)
    under_way = Q(finished_at=None) & Exists(
        Attempt.objects.filter(charge=OuterRef("pk"), state__in=LIVE_STATES)
    )
    mine = Charge.objects.filter(
        kind=ChargeKind.DISBURSEMENT,
        payee_id=merchant.organization_id,
        customer__merchant=merchant,
    )
    payouts = mine.filter(paid | under_way)
    return int(payouts.aggregate(total=Sum("total_minor", default=0))["total"])
