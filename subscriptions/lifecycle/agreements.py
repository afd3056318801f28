"""Agreements between a merchant and a customer that are billed by invoice."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction

from charges.requests.limits import check_amounts
from charges.requests.option_rules import check_option
from core import clock
from core.errors import CodeTaken, InvalidField
from customers.models import Customer, PaymentOption
from subscriptions.errors import CustomerDeleted, PlanDeleted
from subscriptions.models import Plan, Subscription, SubscriptionStatus
from subscriptions.schedule import Frequency
from subscriptions.tasks import renew

# About three years; what runs longer has no end agreed beforehand.
MAX_LENGTHS: Mapping[tuple[str, int], int] = {
    (Frequency.WEEKLY, 1): 153,
    (Frequency.MONTHLY, 1): 36,
    (Frequency.MONTHLY, 3): 12,
    (Frequency.MONTHLY, 6): 6,
    (Frequency.YEARLY, 1): 3,
}


class NewAgreement(TypedDict):
    """What is agreed. The plan's terms hold where none are given; amounts are cents.

    Without a length it runs until it is cancelled; the first billing is the next day (UTC) by default.
    """

    customer: Customer
    actor: str
    plan: NotRequired[Plan | None]
    amount_minor: NotRequired[int | None]
    frequency: NotRequired[str | None]
    interval: NotRequired[int]
    length: NotRequired[int | None]
    payment_option: NotRequired[PaymentOption | None]
    first_billing_on: NotRequired[date | None]
    code: NotRequired[str]
    note: NotRequired[str]


@transaction.atomic
def open_agreement(**terms: Unpack[NewAgreement]) -> Subscription:
    """Start a subscription whose periods are invoices on the customer's account, and return it.

    Raises CustomerDeleted, PlanDeleted, CodeTaken, and InvalidField for plan, amount, billing_cycle, length,
    payment_option and first_billing_on.
    """
    customer, plan = terms["customer"], terms.get("plan")
    _require_open(customer, plan)
    frequency, interval = _choose_cycle(terms, plan)
    starts_at = _find_start(terms.get("first_billing_on"))
    try:
        with transaction.atomic():
            subscription = Subscription.objects.create(
                customer=customer,
                plan=plan,
                payee_id=customer.merchant.organization_id,
                external_id=terms.get("code", ""),
                name=plan.name if plan else "Subscription",
                note=terms.get("note", ""),
                currency=settings.DEFAULT_CURRENCY,
                price_minor=_choose_amount(terms, plan),
                has_own_price=terms.get("amount_minor") is not None,
                commission_percent=0,
                frequency=frequency,
                interval=interval,
                length=_check_length(terms.get("length"), frequency, interval),
                status=SubscriptionStatus.PROCESSED,
                payment_option=check_option(terms.get("payment_option"), customer),
                anchor_at=starts_at,
                due_at=starts_at,
                retry_days=settings.RETRY_DAYS,
                waits_for_payment=False,
                bills_by_invoice=True,
                activated_at=clock.now(),
            )
    except IntegrityError:
        raise CodeTaken("The customer has a subscription with this code already.") from None
    transaction.on_commit(lambda: renew.delay(), robust=True)
    return subscription


def _require_open(customer: Customer, plan: Plan | None) -> None:
    if customer.deleted_at is not None:
        raise CustomerDeleted
    if plan is None:
        return
    if plan.merchant_id != customer.merchant_id:
        raise InvalidField("plan", "must be a plan of the customer's merchant account")
    if plan.deleted_at is not None:
        raise PlanDeleted
    if not plan.is_active:
        raise InvalidField("plan", "must be active")


def _choose_amount(terms: NewAgreement, plan: Plan | None) -> int:
    amount = terms.get("amount_minor")
    if amount is None:
        if plan is None:
            raise InvalidField("amount", "is required without a plan")
        return plan.amount_minor
    return check_amounts(price_minor=amount, quantity=1)


def _choose_cycle(terms: NewAgreement, plan: Plan | None) -> tuple[str, int]:
    frequency = terms.get("frequency")
    if frequency is not None:
        return frequency, terms.get("interval", 1)
    if plan is None:
        return Frequency.MONTHLY, 1
    return plan.frequency, plan.interval


def _check_length(length: int | None, frequency: str, interval: int) -> int | None:
    highest = MAX_LENGTHS.get((frequency, interval), max(MAX_LENGTHS.values()))
    if length is not None and not 1 <= length <= highest:
        raise InvalidField("length", f"must be between 1 and {highest}")
    return length


def _find_start(first_billing_on: date | None) -> datetime:
    today = clock.now().date()
    day = first_billing_on or today + timedelta(days=1)
    if day < today:
        raise InvalidField("first_billing_on", "must not be in the past")
    return datetime.combine(day, time(), UTC)
