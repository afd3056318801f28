"""Agreements that are billed by invoice, and how time passes for them."""

from datetime import UTC, datetime
from typing import Any

from core import clock
from customers.models import Customer
from ledger.statements import read_customer_balances
from operations.factories import AgreementFactory, CustomerFactory, PaymentOptionFactory, PlanFactory
from operations.rehearsal import run_billing
from subscriptions.models import Subscription
from tests.subscriptions.stories import START, day

ME = "test"


def agree(card: str = "tok_test_approve", customer: Customer | None = None, **terms: Any) -> Subscription:
    """19.99 a month from the first of February 2027, paid by card."""
    customer = customer or CustomerFactory()
    plan = terms.pop("plan", None) or PlanFactory(
        merchant=customer.merchant, amount_minor=1999, name="Standard"
    )
    terms.setdefault("starts_at", datetime(2027, 2, 1, tzinfo=UTC))
    terms.setdefault("payment_option", PaymentOptionFactory(customer=customer, token=card))
    return AgreementFactory(by_invoice=True, at=START, customer=customer, plan=plan, **terms)


def bill_until(text: str) -> None:
    """All that falls due up to ten o'clock on that day happens, each at its own instant."""
    run_from = day(text)
    with clock.travel_to(START):
        run_billing(until=run_from)


def account(subscription: Subscription) -> list[tuple[str, int, int]]:
    """Type, amount and open balance of all on the customer's account."""
    rows = subscription.customer.transactions.order_by("pk")
    return list(rows.values_list("type", "amount_minor", "balance_minor"))


def balance(subscription: Subscription) -> int:
    """What the customer owes, in cents."""
    pk = subscription.customer_id
    return read_customer_balances([pk], currency="USD")[pk]
