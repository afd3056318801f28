"""Offsetting what a customer owes by what the customer has in credit, as far as it goes.

Afterwards nobody has an open credit beside an open debt in one currency. The rules are in
docs/decisions/0013-receivables.md.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

from core import clock
from core.bulk import insert_rows, run_query, update_rows, write_array
from customers.models import AllocationAlgorithm
from ledger.models import Allocation, CustomerTransaction
from ledger.transaction_types import FEES, Side

LOCK = "SELECT FROM customers_customer WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"

Items = list[CustomerTransaction]
Account = tuple[int, str]  # A customer in a currency.


class Match(NamedTuple):
    """Cents of a credit for a debt."""

    source: CustomerTransaction
    target: CustomerTransaction
    amount_minor: int


class NewAllocation(NamedTuple):
    """The columns of a new allocation."""

    source_id: int
    target_id: int
    amount_minor: int
    created_at: datetime
    is_active: bool = True


class NewBalance(NamedTuple):
    """A transaction with what is open of it now (cents)."""

    id: int
    balance_minor: int


def lock_customers(customer_ids: Collection[int]) -> None:
    """Let what moves the balances of a customer happen one after the other.

    This is the one lock of receivables: take it before reading a balance that is to change.
    """
    run_query(LOCK, [write_array(customer_ids)])


def allocate_open_items(customer_ids: Collection[int]) -> None:
    """Let each open credit of these customers, oldest first, cover open debts. The customers are locked."""
    credits = _read_open_items(customer_ids, Side.CREDIT)
    if not credits:
        return
    debts = _read_open_items({customer_id for customer_id, _ in credits}, Side.DEBT)
    matches = [
        match
        for account in credits.keys() & debts.keys()
        for match in match_items(credits[account], debts[account])
    ]
    update_balances(item for match in matches for item in (match.source, match.target))
    insert_allocations(matches)


def match_items(credits: Items, debts: Items) -> Iterator[Match]:
    """Take from the balances of credits and debts what offsets each other, one credit after the other."""
    for credit in credits:
        for debt in _arrange_debts(debts, credit):
            amount_minor = min(credit.balance_minor, debt.balance_minor)
            if amount_minor:
                credit.balance_minor -= amount_minor
                debt.balance_minor -= amount_minor
                yield Match(credit, debt, amount_minor)
            if not credit.balance_minor:
                break
        debts = [debt for debt in debts if debt.balance_minor]
        if not debts:
            return


def insert_allocations(matches: Sequence[Match]) -> None:
    """Write down what was matched."""
    now = clock.now()
    rows = [NewAllocation(match.source.pk, match.target.pk, match.amount_minor, now) for match in matches]
    insert_rows(Allocation, rows)


def update_balances(items: Iterable[CustomerTransaction]) -> None:
    """Store the balances of transactions, in the order of their ids."""
    balances = {item.pk: NewBalance(item.pk, item.balance_minor) for item in items}
    update_rows(CustomerTransaction, sorted(balances.values()))


def _read_open_items(customer_ids: Collection[int], side: Side) -> dict[Account, Items]:
    """Return what is open on one side of each account, by due date, then id."""
    open_items: dict[Account, Items] = defaultdict(list)
    rows = CustomerTransaction.objects.filter(customer__in=customer_ids, side=side, balance_minor__gt=0)
    rows = rows.annotate(algorithm=F("customer__merchant__allocation_algorithm"))
    for item in rows.order_by("due_on", "pk"):
        open_items[item.customer_id, item.currency].append(item)
    return open_items


def _arrange_debts(debts: Items, credit: Any) -> Iterable[CustomerTransaction]:
    """Put debts into the order in which a credit covers them; the ones that it names come first."""
    arranged = ARRANGEMENTS[credit.algorithm](debts)
    if not credit.invoice_list:
        return arranged
    # An id is nobody's code to take, so it wins.
    by_name = {debt.display_code: debt for debt in debts} | {str(debt.pk): debt for debt in debts}
    named = [by_name[name] for name in re.split(r"[\s,;]+", credit.invoice_list) if name in by_name]
    return [*named, *(debt for debt in arranged if debt not in named)]


def _put_fees_after_the_first_invoice(debts: Items) -> Items:
    fees = [debt for debt in debts if debt.type in FEES]
    others = [debt for debt in debts if debt.type not in FEES]
    return [*others[:1], *fees, *others[1:]]


ARRANGEMENTS: dict[str, Callable[[Items], Items]] = {
    AllocationAlgorithm.OLDEST_FIRST: lambda debts: debts,
    AllocationAlgorithm.INVOICE_THEN_FEES: _put_fees_after_the_first_invoice,
}
