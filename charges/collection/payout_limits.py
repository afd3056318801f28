"""What a merchant may pay out: with the operator's permission, and up to so much a day."""

from django.db.models import Exists, OuterRef, Q, Sum

from charges.models import LIVE_STATES, Attempt, Charge, ChargeKind, ChargeStatus
from core import clock
from core.money import Money
from customers.models import Merchant

NOT_PERMITTED = "Payouts are not permitted for this company; the operator has to allow them."


def lock_payer(charge: Charge) -> Merchant:
    """Return the merchant that pays, locked, so that two payouts at once cannot both fit under its limit."""
    return Merchant.objects.select_for_update(no_key=True).get(customers=charge.customer_id)


def find_excess(charge: Charge, merchant: Merchant) -> str:
    """Say by which limit a payout is too much today (UTC), empty when it fits; the merchant is locked."""
    limit = merchant.daily_payout_limit_minor
    if sum_payouts_of_today(merchant) + charge.total_minor <= limit:
        return ""
    return f"The daily payout limit of {Money(limit, charge.currency)} would be exceeded."


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
