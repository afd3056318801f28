"""Reading customers' accounts: balances, transactions, and what was offset by what."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from ledger.models import Allocation, CustomerTransaction
from ledger.transaction_types import PAID


def read_customer_balances(customer_ids: Collection[int], *, currency: str) -> dict[int, int]:
    """Return the balance of each customer in cents of a currency: positive in credit, negative in debt."""
    open_items = CustomerTransaction.objects.filter(
        customer__in=customer_ids, currency=currency, balance_minor__gt=0
    )
    sums = open_items.values("customer").annotate(debt=Sum(F("side") * F("balance_minor")))
    debts = {row["customer"]: row["debt"] for row in sums}
    return {customer_id: -int(debts.get(customer_id, 0)) for customer_id in customer_ids}


def transactions_of(customer_id: int) -> QuerySet[CustomerTransaction]:
    """Return the transactions of a customer."""
    return CustomerTransaction.objects.filter(customer=customer_id)


def get_capture(charge_id: int) -> CustomerTransaction:
    """Return what records a captured charge or refund. Raises CustomerTransaction.DoesNotExist."""
    return CustomerTransaction.objects.get(charge=charge_id)


def get_decline(attempt_id: int) -> CustomerTransaction:
    """Return what records a declined attempt. Raises CustomerTransaction.DoesNotExist."""
    return CustomerTransaction.objects.get(attempt=attempt_id)


def find_payment(charge_id: int) -> CustomerTransaction | None:
    """Return what a collected charge is on its customer's account; None for one that is on none."""
    return CustomerTransaction.objects.filter(charge=charge_id, type__in=PAID).first()


def find_chargeback(dispute_id: int) -> CustomerTransaction | None:
    """Return what a dispute made its customer owe again; None where it made nothing."""
    return CustomerTransaction.objects.filter(dispute=dispute_id).first()


def is_of_a_dispute(transaction_id: int) -> bool:
    """Say whether a transaction is what a dispute made its customer owe again."""
    return CustomerTransaction.objects.filter(pk=transaction_id, dispute__isnull=False).exists()


def list_transactions(
    *,
    customer_id: int,
    offset: int,
    limit: int,
    created_from: datetime | None = None,
    created_before: datetime | None = None,
) -> list[CustomerTransaction]:
    """Return a customer's transactions recorded from one instant (UTC) until before another, oldest first."""
    found = CustomerTransaction.objects.filter(customer=customer_id)
    if created_from:
        found = found.filter(created_at__gte=created_from)
    if created_before:
        found = found.filter(created_at__lt=created_before)
    return list(found.order_by("pk")[offset : offset + limit])


def list_allocations(transaction_id: int, *, offset: int, limit: int) -> list[Allocation]:
    """Return the allocations from or to a transaction, active and inactive, oldest first."""
    found = Allocation.objects.filter(Q(source=transaction_id) | Q(target=transaction_id))
    found = found.select_related("target", "cause").order_by("pk")
    return list(found[offset : offset + limit])
