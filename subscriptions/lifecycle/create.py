"""Creating a subscription: an offer to a buyer, or an agreement between a merchant and its customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction

from charges.requests.allowed_currencies import check_currency
from charges.requests.limits import check_amount, check_name
from charges.requests.option_rules import check_option
from charges.requests.parties import Parties
from core import clock
from core.errors import CodeTaken, InvalidField
from core.money import Money
from customers.contact_fields import check_reference
from customers.models import Customer, PaymentOption
from subscriptions.errors import CustomerDeleted, PlanDeleted
from subscriptions.events import tell_creation
from subscriptions.lifecycle.billing_policy import BillingPolicy
from subscriptions.lifecycle.limits import (
    check_external_id,
    check_length,
    check_note,
    check_trial_days,
    choose_start,
    require_second_period,
)
from subscriptions.models import Plan, PlanKind, Subscription, SubscriptionStatus
from subscriptions.plans import check_interval
from subscriptions.renewal.claim import bill_first_period
from subscriptions.renewal.seats import count_seats, is_chargeable_at_once
from subscriptions.schedule import Frequency
from subscriptions.tasks import renew

UNNAMED = "Subscription"


class NewSubscription(TypedDict):
    """The terms. Name, price (cents), frequency and interval are the plan's unless they are given here.

    Without a plan a price is needed, its currency is the default one unless it is given, and the frequency
    is monthly. Without a length it runs until it is cancelled. The external id is the seller's or merchant's
    own name; a customer has each once. The funding source is the processor's name of a card or account, None
    for the customer's default.
    """

    plan: NotRequired[Plan | None]
    name: NotRequired[str | None]
    price_minor: NotRequired[int | None]
    currency: NotRequired[str | None]
    frequency: NotRequired[str | None]
    interval: NotRequired[int]
    length: NotRequired[int | None]
    starts_at: NotRequired[datetime | None]
    trial_days: NotRequired[int]
    per_account: NotRequired[bool]
    test: NotRequired[bool]
    payment_option: NotRequired[PaymentOption | None]
    funding_source: NotRequired[str | None]
    external_id: NotRequired[str]
    note: NotRequired[str]


def create_subscription(
    *, parties: Parties, policy: BillingPolicy, **terms: Unpack[NewSubscription]
) -> Subscription:
    """Create a pending offer to a buyer, or a running agreement with a customer, and return it.

    An agreement starts at `starts_at` (UTC), or when its policy says. Where the policy bills it at once, call
    `subscriptions.lifecycle.collect.collect_now` after the transaction. Raises CustomerDeleted,
    PlanDeleted, CodeTaken, and InvalidField (with it StartPassed and NoSecondPeriod).
    """
    if unknown := terms.keys() - NewSubscription.__optional_keys__:
        raise TypeError(f"not a term of a subscription: {sorted(unknown)}")
    if parties.customer is None:
        return _offer(parties, policy, terms)
    with transaction.atomic():
        return _agree(parties, parties.customer, policy, terms)


def _offer(parties: Parties, policy: BillingPolicy, terms: NewSubscription) -> Subscription:
    """Create what a buyer is to decide about."""
    if terms.get("plan") is not None:
        raise InvalidField("plan", "is only for customers of a merchant")
    if terms.get("starts_at") is not None:
        raise InvalidField("starts_at", "is when the offer is activated")
    columns = _describe_terms(terms, None, parties)
    columns |= {"price_minor": parties.ask_price(columns["price_minor"], columns["currency"])}
    if columns["per_account"]:
        _check_seats(parties, columns)
    return _save(Subscription(**parties.columns, **policy.columns, **columns))


@transaction.atomic
def _save(subscription: Subscription) -> Subscription:
    """Insert a subscription, and the event that tells of it."""
    subscription.event_count = 1
    subscription.save(force_insert=True)
    tell_creation(subscription)
    return subscription


def _check_seats(parties: Parties, columns: Mapping[str, Any]) -> None:
    """Refuse a price (InvalidField) that cannot be charged for the accounts that the buyer has today."""
    buyer_id, price_minor = parties.buyer_id or 0, columns["price_minor"]
    seats = count_seats({buyer_id}).get(buyer_id, 0)
    if not is_chargeable_at_once(price_minor=price_minor, seats=seats):
        price = Money(price_minor, columns["currency"])
        raise InvalidField(
            "price_minor", f"of {price} for each of {seats} accounts is too high for one charge"
        )


def _agree(
    parties: Parties, customer: Customer, policy: BillingPolicy, terms: NewSubscription
) -> Subscription:
    """Create what a merchant agreed with its customer, and bill the first period if it is due."""
    if terms.get("trial_days"):
        raise InvalidField("trial_days", "is only for offers to buyers")
    _lock_customer(customer)
    plan = _lock_plan(terms.get("plan"), customer, policy)
    columns = _describe_terms(terms, plan, parties)
    _refuse_taken_id(customer, columns["external_id"])
    start = _describe_start(terms, columns, policy)
    subscription = Subscription(**parties.columns, **policy.columns, **columns, **start)
    subscription.customer = customer
    _save(subscription)
    if policy.bills_at_once:
        bill_first_period(subscription.pk)
        subscription.refresh_from_db(fields=["period", "due_at", "event_count"])
    else:
        transaction.on_commit(lambda: renew.delay(), robust=True)
    return subscription


def _lock_customer(customer: Customer) -> None:
    """Let the customer's subscriptions be created one after the other. Raises CustomerDeleted."""
    if Customer.objects.select_for_update(no_key=True).get(pk=customer.pk).deleted_at is not None:
        raise CustomerDeleted


def _refuse_taken_id(customer: Customer, external_id: str) -> None:
    if external_id and customer.subscriptions.filter(external_id=external_id).exists():
        raise CodeTaken("The customer has a subscription with this code already.")


def _lock_plan(plan: Plan | None, customer: Customer, policy: BillingPolicy) -> Plan | None:
    """Hold the plan as it is until the subscription is there. Raises InvalidField, PlanDeleted."""
    if plan is None:
        return None
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if plan.merchant_id != customer.merchant_id:
        raise InvalidField("plan", "must be a plan of the customer's merchant account")
    if plan.deleted_at is not None:
        raise PlanDeleted
    if not plan.is_active:
        raise InvalidField("plan", "must be active")
    if policy.bills_by_invoice and plan.kind != PlanKind.CHARGE:
        raise InvalidField("plan", "must be one by which customers are charged")
    return plan


def _describe_terms(terms: NewSubscription, plan: Plan | None, parties: Parties) -> dict[str, Any]:
    """Return the terms as fields of a subscription. Raises InvalidField."""
    name = terms.get("name")
    frequency, interval = _choose_cycle(terms, plan)
    currency = plan.currency if plan else check_currency(terms.get("currency"))
    return {
        "kind": plan.kind if plan else PlanKind.CHARGE,
        "plan": plan,
        "name": check_name(name) if name is not None else str(plan or UNNAMED),
        "currency": currency,
        "price_minor": _choose_price(terms.get("price_minor"), plan, currency),
        "has_own_price": terms.get("price_minor") is not None,
        "frequency": frequency,
        "interval": check_interval(interval),
        "length": check_length(terms.get("length"), frequency=frequency, interval=interval),
        "trial_days": check_trial_days(terms.get("trial_days", 0)),
        "per_account": terms.get("per_account", False),
        "test": terms.get("test", False),
        "payment_option": check_option(terms.get("payment_option"), parties.customer),
        "funding_source": check_reference("funding_source", terms.get("funding_source")),
        "external_id": check_external_id(terms.get("external_id", "")),
        "note": check_note("note", terms.get("note", "")),
    }


def _choose_cycle(terms: NewSubscription, plan: Plan | None) -> tuple[str, int]:
    frequency = terms.get("frequency")
    if frequency is not None:
        return frequency, terms.get("interval", 1)
    return (plan.frequency, plan.interval) if plan else (Frequency.MONTHLY, 1)


def _choose_price(price_minor: int | None, plan: Plan | None, currency: str) -> int:
    if price_minor is not None:
        return check_amount("price_minor", price_minor, currency=currency)
    if plan is None:
        raise InvalidField("price_minor", "is required without a plan")
    return plan.amount_minor


def _describe_start(
    terms: NewSubscription, columns: Mapping[str, Any], policy: BillingPolicy
) -> Mapping[str, Any]:
    """Return as fields that a subscription runs from now on. Raises InvalidField."""
    now = clock.now()
    anchor_at = choose_start(terms.get("starts_at"), by_day=policy.starts_by_day, now=now)
    require_second_period(anchor_at, frequency=columns["frequency"], interval=columns["interval"])
    return {
        "status": SubscriptionStatus.PROCESSED,
        "anchor_at": anchor_at,
        "due_at": anchor_at,
        "activated_at": now,
        "created_at": now,
        "updated_at": now,
    }
