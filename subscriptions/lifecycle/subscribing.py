"""A merchant subscribes a customer of its own to one of its plans."""

from datetime import datetime
from typing import Any

from django.db import transaction

from charges.collection.single import collect_charge
from charges.models import Charge
from charges.requests.limits import check_amounts
from core import clock
from core.errors import InvalidField
from customers.models import Customer
from subscriptions.errors import CustomerDeleted, PlanDeleted
from subscriptions.models import Plan, Subscription, SubscriptionStatus
from subscriptions.renewal.claim import bill_first_period
from subscriptions.schedule import BeyondCalendar


@transaction.atomic
def subscribe_customer(
    *,
    customer: Customer,
    plan: Plan,
    funding_source: str | None = None,
    amount_minor: int | None = None,
    starts_at: datetime | None = None,
    retry_limit: int,
) -> Subscription:
    """Start a subscription of a customer and return it; what is due now is committed along with it.

    `funding_source` is the processor's name of a card or account, None for the customer's default;
    `amount_minor` (cents) is charged or paid instead of the plan's; `starts_at` (UTC) is now by default.
    The customer answers to its merchant, so nobody else is asked for consent. Every missed period is billed,
    and one that fails does not keep the next from being billed. Call `collect_now` after the transaction.
    Raises CustomerDeleted, PlanDeleted, InvalidField.
    """
    _lock_parties(customer, plan)
    now = clock.now()
    if starts_at is not None and starts_at < now:
        raise InvalidField("started_at", f"Datetime {starts_at} in the past is not allowed")
    subscription = Subscription(
        **_take_terms(customer, plan, amount_minor),
        funding_source=funding_source,
        status=SubscriptionStatus.PROCESSED,
        anchor_at=starts_at or now,
        due_at=starts_at or now,
        retry_limit=retry_limit,
        waits_for_payment=False,
        activated_at=now,
        created_at=now,
        updated_at=now,
    )
    _require_second_period(subscription)
    subscription.save()
    bill_first_period(subscription.pk)
    subscription.refresh_from_db(fields=["period", "due_at"])
    return subscription


def _take_terms(customer: Customer, plan: Plan, amount_minor: int | None) -> dict[str, Any]:
    """Return who pays or is paid, what and how often, as fields of a subscription."""
    return {
        "kind": plan.kind,
        "customer": customer,
        "plan": plan,
        "payee_id": customer.merchant.organization_id,
        "name": str(plan),
        "currency": plan.currency,
        "price_minor": check_amounts(price_minor=amount_minor or plan.amount_minor, quantity=1),
        "has_own_price": amount_minor is not None,
        "commission_percent": 0,
        "frequency": plan.frequency,
        "interval": plan.interval,
    }


def collect_now(subscription_id: int) -> None:
    """Move the money of a subscription that is due at this moment, while the caller waits for it.

    Call it outside of transactions. Whatever goes wrong at the processor is in the charge afterwards; what
    another process has taken up meanwhile is left to it.
    """
    due = Charge.objects.due().filter(subscription_id=subscription_id)
    for charge_id in list(due.values_list("pk", flat=True)):
        collect_charge(charge_id)


def _lock_parties(customer: Customer, plan: Plan) -> None:
    """Hold customer and plan until the subscription is there. Raises CustomerDeleted, PlanDeleted."""
    if Customer.objects.select_for_update(no_key=True).get(pk=customer.pk).deleted_at is not None:
        raise CustomerDeleted
    if Plan.objects.select_for_update(no_key=True).get(pk=plan.pk).deleted_at is not None:
        raise PlanDeleted


def _require_second_period(subscription: Subscription) -> None:
    try:
        subscription.starts_of(subscription.period + 1)
    except BeyondCalendar:
        raise InvalidField("interval", "The plan's interval reaches beyond the calendar.") from None
