"""The plans of a merchant."""

from django.conf import settings
from django.db import transaction

from charges.models import MAX_AMOUNT_MINOR
from core import clock
from core.currencies import name_minor_unit
from core.errors import InvalidField
from customers.models import Merchant
from subscriptions.errors import PlanAlreadyDeleted
from subscriptions.models import Plan, PlanKind
from subscriptions.schedule import Frequency

MAX_INTERVAL = 2_147_483_647


def create_plan(
    *, merchant: Merchant, kind: PlanKind, frequency: Frequency, interval: int, amount_minor: int
) -> Plan:
    """Let a merchant offer a plan: so many cents every `interval` days, weeks, months or years.

    Raises InvalidField.
    """
    if not 1 <= amount_minor <= MAX_AMOUNT_MINOR:
        unit = name_minor_unit(settings.DEFAULT_CURRENCY)
        raise InvalidField("amount", f"must be between 1 and {MAX_AMOUNT_MINOR} {unit}")
    if not 1 <= interval <= MAX_INTERVAL:
        raise InvalidField("interval", f"must be between 1 and {MAX_INTERVAL}")
    return Plan.objects.create(
        merchant=merchant,
        kind=kind,
        frequency=frequency,
        interval=interval,
        amount_minor=amount_minor,
        currency=settings.DEFAULT_CURRENCY,
    )


@transaction.atomic
def delete_plan(plan_id: int) -> Plan:
    """Refuse new subscriptions to a plan from now on; those there are go on. Raises PlanAlreadyDeleted."""
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan_id)
    if plan.deleted_at is not None:
        raise PlanAlreadyDeleted
    plan.deleted_at = clock.now()
    plan.save(update_fields=["deleted_at"])
    return plan
