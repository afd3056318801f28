"""A merchant's customer who subscribes to a plan, for stories of merchants."""

from datetime import datetime
from typing import Any

from charges.models import Charge
from core import clock
from customers.models import Customer
from operations.factories import AgreementFactory, CustomerFactory, PlanFactory
from subscriptions.lifecycle.billing_policy import bill_at_once
from subscriptions.lifecycle.collect import collect_now
from subscriptions.models import Plan, Subscription
from tests.subscriptions.stories import START


def subscribe(
    plan: Plan | None = None,
    customer: Customer | None = None,
    at: datetime = START,
    retry_limit: int = 10,
    **terms: Any,
) -> Subscription:
    """What a request does: commit the subscription, then collect what is due while the caller waits."""
    plan = plan or PlanFactory()
    customer = customer or CustomerFactory(merchant=plan.merchant)
    policy = bill_at_once(retry_limit=retry_limit)
    with clock.travel_to(at):
        subscription = AgreementFactory(customer=customer, plan=plan, policy=policy, **terms)
        collect_now(subscription.pk)
    return Subscription.objects.get(pk=subscription.pk)


def charges_of(subscription: Subscription) -> list[Charge]:
    return list(subscription.charges.order_by("pk"))
