"""Creating, changing and deleting the plans of a merchant."""

from typing import TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction

from charges.requests.limits import check_amount, check_name
from core import clock
from core.errors import CodeTaken, InvalidField
from customers.contact_fields import check_code
from customers.models import Merchant
from subscriptions.errors import PlanAlreadyDeleted, PlanNotFound
from subscriptions.models import Plan, PlanKind
from subscriptions.schedule import Frequency

MAX_INTERVAL = 2_147_483_647


class PlanFields(TypedDict, total=False):
    """What a plan offers: so many cents every `interval` days, weeks, months or years, under a name."""

    name: str
    frequency: Frequency
    interval: int
    amount_minor: int
    is_active: bool


def create_plan(
    *,
    merchant: Merchant,
    kind: PlanKind = PlanKind.CHARGE,
    code: str | None = None,
    **fields: Unpack[PlanFields],
) -> Plan:
    """Create a plan of a merchant and return it; without a name it is called after its terms.

    `code` is the merchant's own name for it, given once and for all. Raises InvalidField, CodeTaken.
    """
    checked, code = _check(fields), check_code(code)
    try:
        with transaction.atomic():
            return Plan.objects.create(
                merchant=merchant, kind=kind, code=code, currency=settings.DEFAULT_CURRENCY, **checked
            )
    except IntegrityError:
        raise CodeTaken("The merchant account has a plan with this code already.") from None


@transaction.atomic
def change_plan(plan_id: int, **changes: Unpack[PlanFields]) -> Plan:
    """Change what a plan offers from now on and return it; what was agreed on its terms keeps them.

    Raises PlanNotFound, InvalidField.
    """
    checked = _check(changes)
    rows = Plan.objects.select_related("merchant").select_for_update(of=("self",), no_key=True)
    plan = rows.filter(pk=plan_id, deleted_at=None).first()
    if plan is None:
        raise PlanNotFound
    for name, value in checked.items():
        setattr(plan, name, value)
    plan.save(update_fields=checked.keys())
    return plan


@transaction.atomic
def delete_plan(plan_id: int) -> Plan:
    """Refuse new subscriptions to a plan from now on; those there are go on.

    Raises PlanNotFound, PlanAlreadyDeleted.
    """
    plan = Plan.objects.select_for_update(no_key=True).filter(pk=plan_id).first()
    if plan is None:
        raise PlanNotFound
    if plan.deleted_at is not None:
        raise PlanAlreadyDeleted
    plan.deleted_at = clock.now()
    plan.save(update_fields=["deleted_at"])
    return plan


def check_interval(interval: int) -> int:
    """Return how many units of its frequency a period has. Raises InvalidField."""
    if not 1 <= interval <= MAX_INTERVAL:
        raise InvalidField("interval", f"must be between 1 and {MAX_INTERVAL}")
    return interval


def _check(fields: PlanFields) -> PlanFields:
    """Return the fields as they are kept. Raises InvalidField."""
    if "name" in fields:
        fields["name"] = check_name(fields["name"])
    if "amount_minor" in fields:
        fields["amount_minor"] = check_amount("amount_minor", fields["amount_minor"])
    if "interval" in fields:
        fields["interval"] = check_interval(fields["interval"])
    return fields
