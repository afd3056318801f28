"""Payouts that are asked for every month, of all that is available."""

from datetime import date

import structlog
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef

from approvals.four_eyes import name_staff
from core import clock
from core.errors import BillingError
from core.per_row import run_logged
from payouts.accounts import lock_seller
from payouts.directing import note_schedule
from payouts.models import Payout, PayoutAccount, PayoutSchedule
from payouts.request import Requester, request_payout

BY_SCHEDULE = Requester(actor="system:schedule")
REASON = "Asked for every month by the schedule of the seller."

log = structlog.get_logger(__name__)


def request_monthly_payouts() -> int:
    """Ask for the payout of this month (UTC) where there is none yet and enough is available.

    Returns how many sellers were looked at; a lost or repeated run does no harm.
    """
    month = clock.now().date().replace(day=1)
    done = Payout.objects.filter(
        organization=OuterRef("organization"), currency=OuterRef("currency"), month=month
    )
    due = PayoutSchedule.objects.filter(~Exists(done), is_active=True).order_by("pk")
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        run_logged(lambda schedule_id: request_month(schedule_id, month), pk)
    return len(ids)


@transaction.atomic(durable=True)
def request_month(schedule_id: int, month: date) -> Payout | None:
    """Ask for the payout of a month by its first day, once; None if it was or cannot be asked for now."""
    schedule = PayoutSchedule.objects.get(pk=schedule_id)
    lock_seller(schedule.organization_id)
    seller_id, currency = schedule.organization_id, schedule.currency
    if Payout.objects.filter(organization=seller_id, currency=currency, month=month).exists():
        return None
    try:
        return request_payout(
            organization_id=seller_id,
            currency=currency,
            amount_minor=None,
            requester=BY_SCHEDULE,
            reason=REASON,
            month=month,
        )
    except BillingError as refusal:
        log.info("no payout by schedule", organization=schedule.organization_id, refusal=str(refusal))
        return None


@transaction.atomic
def set_schedule(account_id: int, *, is_active: bool, user: User, reason: str) -> PayoutSchedule:
    """Have the seller of a payout account paid every month in its currency, or not any more."""
    account = PayoutAccount.objects.get(pk=account_id)
    lock_seller(account.organization_id)
    schedule, _ = PayoutSchedule.objects.update_or_create(
        organization_id=account.organization_id,
        currency=account.currency,
        defaults={"is_active": is_active, "actor": name_staff(user), "reason": reason},
    )
    note_schedule(schedule, user)
    return schedule
