"""The plans that a merchant names and changes, for agreements that are billed by invoice."""

from typing import TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction

from charges.models import MAX_AMOUNT_MINOR
from core.currencies import name_minor_unit
from core.errors import CodeTaken, InvalidField
from core.texts import check_display_name
from customers.contact_fields import check_code
from customers.models import Merchant
from subscriptions.errors import PlanNotFound
from subscriptions.models import Plan, PlanKind
from subscriptions.schedule import Frequency

MAX_NAME = 255


class PlanFields(TypedDict, total=False):
    """What a plan says, and what may be changed; what was agreed on its terms keeps them."""

    name: str
    frequency: Frequency
    interval: int
    amount_minor: int
    is_active: bool


def name_plan(*, merchant: Merchant, code: str | None = None, **fields: Unpack[PlanFields]) -> Plan:
    """Let a merchant offer a plan under a name: so many cents every `interval` weeks, months or years.

    Raises InvalidField and CodeTaken.
    """
    code = check_code(code)
    try:
        with transaction.atomic():
            return Plan.objects.create(
                merchant=merchant,
                code=code,
                kind=PlanKind.CHARGE,
                currency=settings.DEFAULT_CURRENCY,
                **_check(fields),
            )
    except IntegrityError:
        raise CodeTaken("The merchant account has a plan with this code already.") from None


@transaction.atomic
def change_plan(plan_id: int, **changes: Unpack[PlanFields]) -> Plan:
    """Change what a plan offers from now on and return it. Raises PlanNotFound and InvalidField."""
    checked = _check(changes)
    rows = Plan.objects.select_related("merchant").select_for_update(of=("self",), no_key=True)
    plan = rows.filter(pk=plan_id, deleted_at=None).first()
    if plan is None:
        raise PlanNotFound
    for name, value in checked.items():
        setattr(plan, name, value)
    plan.save(update_fields=checked.keys())
    return plan


def _check(fields: PlanFields) -> PlanFields:
    """Return the fields as they are kept. Raises InvalidField."""
    if "name" in fields:
        fields["name"] = check_display_name("name", fields["name"], MAX_NAME)
        if not fields["name"]:
            raise InvalidField("name", "must not be empty")
    if not 1 <= fields.get("amount_minor", 1) <= MAX_AMOUNT_MINOR:
        unit = name_minor_unit(settings.DEFAULT_CURRENCY)
        raise InvalidField("amount_minor", f"must be between 1 and {MAX_AMOUNT_MINOR} {unit}")
    return fields
