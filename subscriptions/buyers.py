"""The buyers of a seller: who bought, what they have running, and what they paid."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, Sum

from charges.models import Charge, ChargeKind, ChargeStatus
from core.bulk import run_query
from core.money import Money
from customers.models import Organization
from subscriptions.models import Subscription
from subscriptions.models.labels import RUNNING

# The next buyer below a number, by one step into each index. Buyers are taken one after the other, so it
# does not matter how much each of them has bought.
NEXT_BUYER = """
SELECT MAX(buyer_id) FROM (
    (SELECT buyer_id FROM charges_charge
     WHERE payee_id = %(payee)s AND test = %(test)s AND kind = 'charge' AND customer_id IS NULL
       AND subscription_id IS NULL AND status = 'success' AND buyer_id < {below}
     ORDER BY buyer_id DESC LIMIT 1)
    UNION ALL
    (SELECT buyer_id FROM subscriptions_subscription
     WHERE payee_id = %(payee)s AND test = %(test)s AND customer_id IS NULL
       AND activated_at IS NOT NULL AND buyer_id < {below}
     ORDER BY buyer_id DESC LIMIT 1)
) newest
"""
BUYERS = f"""
WITH RECURSIVE buyers (buyer_id) AS (
    ({NEXT_BUYER.format(below="%(below)s")})
    UNION ALL
    SELECT ({NEXT_BUYER.format(below="buyers.buyer_id")}) FROM buyers WHERE buyers.buyer_id IS NOT NULL
)
SELECT buyer_id FROM buyers WHERE buyer_id IS NOT NULL LIMIT %(limit)s
"""


@dataclass(slots=True)
class Buyer:
    """A buyer organisation and what it bought from one seller, by currency."""

    organization: Organization
    running: int = 0
    paid: list[Money] = field(default_factory=list)
    given_back: list[Money] = field(default_factory=list)
    last_paid_at: datetime | None = None


def list_buyers(*, seller_id: int, test: bool, below: int, limit: int) -> list[int]:
    """Return the ids of buyers below a number, the highest first: those that paid or subscribed."""
    params = {"payee": seller_id, "test": test, "below": below, "limit": limit}
    return [buyer_id for (buyer_id,) in run_query(BUYERS, params)]


def describe_buyers(*, seller_id: int, test: bool, buyer_ids: Collection[int]) -> list[Buyer]:
    """Return what these organisations bought from a seller, in their order; nothing of other sellers."""
    organizations = Organization.objects.in_bulk(list(buyer_ids))
    buyers = {pk: Buyer(organizations[pk]) for pk in buyer_ids if pk in organizations}
    own: dict[str, Any] = {"payee_id": seller_id, "test": test, "customer": None, "buyer_id__in": buyer_ids}
    running = Subscription.objects.filter(**own, status__in=RUNNING).values_list("buyer_id")
    for buyer_id, count in running.annotate(Count("pk")):
        buyers[buyer_id].running = count
    is_refund = Q(kind=ChargeKind.REFUND)
    moved = Charge.objects.filter(**own, status=ChargeStatus.SUCCESS).values("buyer_id", "currency")
    sums = moved.annotate(
        paid=Sum("total_minor", filter=~is_refund, default=0),
        given_back=Sum("total_minor", filter=is_refund, default=0),
        last=Max("finished_at", filter=~is_refund),
    )
    for row in sums.order_by("buyer_id", "currency"):
        paid, given_back = (Money(int(row[name]), row["currency"]) for name in ("paid", "given_back"))
        _add(buyers[row["buyer_id"]], paid, given_back, row["last"])
    return list(buyers.values())


def _add(buyer: Buyer, paid: Money, given_back: Money, last: datetime | None) -> None:
    if paid.amount_minor:
        buyer.paid.append(paid)
    if given_back.amount_minor:
        buyer.given_back.append(given_back)
    if last is not None:
        buyer.last_paid_at = max(last, buyer.last_paid_at or last)
