"""Answers as plain dicts with Billy's names; amounts are cents, instants UTC."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from charges.collection.outcomes import GIVEN_UP_CODE
from charges.models import Charge, ChargeStatus
from core.billy_guids import write_guid
from customers.models import Customer, Merchant
from dialects.billy.codes import INVOICE_STATUSES, INVOICE_TYPES, TRANSACTION_TYPES
from dialects.billy.instants import render_instant
from dialects.billy.records import COMPANY, CUSTOMER, INVOICE, PLAN, SUBSCRIPTION, TRANSACTION, RecordKind
from subscriptions.models import Plan, Subscription, SubscriptionStatus

JSON = "application/json; charset=UTF-8"


def render_record(kind: RecordKind, row: Any) -> dict[str, Any]:
    """Return a row of `kind.rows()`, but a company, which has more than its row to show."""
    return RENDERERS[kind](row)


def render_json(content: object) -> bytes:
    """Return compact JSON in ASCII."""
    return json.dumps(content, separators=(",", ":")).encode()


def render_company(merchant: Merchant, api_key: str) -> dict[str, Any]:
    """Return a company with a key, which is readable or says only how it begins."""
    return {"guid": name(COMPANY, merchant), "api_key": api_key} | show_age(merchant.created_at)


def render_customer(customer: Customer) -> dict[str, Any]:
    """Return a customer; external_id is null until the processor knows it."""
    return {
        "guid": name(CUSTOMER, customer),
        "company_guid": name(COMPANY, customer.merchant),
        "external_id": customer.processor_reference,
        "deleted": customer.deleted_at is not None,
    } | show_age(customer.created_at)


def render_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan."""
    return {
        "guid": name(PLAN, plan),
        "company_guid": name(COMPANY, plan.merchant),
        "plan_type": TRANSACTION_TYPES[plan.kind],
        "frequency": plan.frequency,
        "amount": plan.amount_minor,
        "interval": plan.interval,
        "deleted": plan.deleted_at is not None,
    } | show_age(plan.created_at)


def render_subscription(subscription: Subscription) -> dict[str, Any]:
    """Return a subscription; amount is null when it is the plan's."""
    return {
        "guid": name(SUBSCRIPTION, subscription),
        "customer_guid": name(CUSTOMER, subscription.customer),
        "plan_guid": name(PLAN, subscription.plan),
        "payment_uri": subscription.funding_source,
        "amount": subscription.price_minor if subscription.has_own_price else None,
        "period": subscription.period,
        "canceled": subscription.status == SubscriptionStatus.CANCELLED,
        "canceled_at": show_instant(subscription.cancelled_at),
        "started_at": show_instant(subscription.anchor_at),
        "next_transaction_at": render_instant(subscription.starts_of(subscription.period)),
    } | show_age(subscription.created_at)


def render_transaction(charge: Charge) -> dict[str, Any]:
    """Return a row of `records.transactions`."""
    return {
        "guid": name(TRANSACTION, charge),
        "subscription_guid": charge.subscription and name(SUBSCRIPTION, charge.subscription),
        "transaction_type": TRANSACTION_TYPES[charge.kind],
        "status": find_status(charge),
        "amount": charge.total_minor,
        "payment_uri": charge.funding_source,
        "external_id": charge.processor_id,  # type: ignore[attr-defined]
        "failure_count": charge.failure_count,
        "error_message": find_error(charge),
        "scheduled_at": show_instant(charge.due_at),
        "created_at": render_instant(charge.created_at),
        "updated_at": render_instant(charge.updated_at),
    }


def find_error(charge: Charge) -> str | None:
    """Return why the latest attempt failed; that it was canceled is no error in Billy."""
    is_no_error = charge.failure_code == GIVEN_UP_CODE and not charge.failure_count
    return None if is_no_error else charge.failure_message or None


def render_invoice(charge: Charge) -> dict[str, Any]:
    """Return the charge of a period as a later Billy showed its invoice."""
    return {
        "guid": name(INVOICE, charge),
        "invoice_type": "subscription",
        "subscription_guid": charge.subscription and name(SUBSCRIPTION, charge.subscription),
        "customer_guid": charge.customer and name(CUSTOMER, charge.customer),
        "transaction_type": INVOICE_TYPES[charge.kind],
        "status": INVOICE_STATUSES[find_status(charge)],
        "amount": charge.total_minor,
        "effective_amount": charge.total_minor,
        "total_adjustment_amount": 0,
        "title": None,
        "appears_on_statement_as": None,
        "funding_instrument_uri": charge.funding_source,
        "items": [],
        "adjustments": [],
        "scheduled_at": show_instant(charge.due_at),
        "created_at": render_instant(charge.created_at),
        "updated_at": render_instant(charge.updated_at),
    }


def find_status(charge: Charge) -> str:
    """Return Billy's word for where a charge stands."""
    if charge.status == ChargeStatus.SUCCESS:
        return "done"
    if charge.given_up_at is not None:
        return "canceled"
    if charge.status == ChargeStatus.FAILED:
        return "failed"
    return "retrying" if charge.failure_count else "init"


def name(kind: RecordKind, row: Any) -> str:
    """Return the guid of a row."""
    return write_guid(kind.prefix, row.public_id)


def show_instant(instant: datetime | None) -> str | None:
    """Return an instant, null for none."""
    return None if instant is None else render_instant(instant)


def show_age(created_at: datetime) -> dict[str, str]:
    """Return both times of a record; in Billy only transactions ever get a later updated_at."""
    shown = render_instant(created_at)
    return {"created_at": shown, "updated_at": shown}


RENDERERS: dict[RecordKind, Callable[[Any], dict[str, Any]]] = {
    CUSTOMER: render_customer,
    PLAN: render_plan,
    SUBSCRIPTION: render_subscription,
    TRANSACTION: render_transaction,
    INVOICE: render_invoice,
}
