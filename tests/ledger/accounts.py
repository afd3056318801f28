"""Steps on a customer's account that several tests take."""

from datetime import date
from typing import Any

from django.db import connection

from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Charge, Dispute
from charges.requests.customer import charge_customer
from core import clock
from core.processor_keys import attempt_key
from customers.models import AllocationAlgorithm, Customer
from ledger.models import Allocation, CustomerTransaction
from ledger.receivables import record_transaction
from ledger.reversal import reverse_transaction
from ledger.statements import read_customer_balances
from ledger.transaction_types import CustomerTransactionType
from operations.factories import CustomerFactory, MerchantFactory
from tests.charges.scripted_gateway import report

FEES_FIRST = AllocationAlgorithm.INVOICE_THEN_FEES


def make_customer_with_fees_first() -> Customer:
    return CustomerFactory(merchant=MerchantFactory(allocation_algorithm=FEES_FIRST))


def record(customer: Customer, kind: str, cents: int, **terms: Any) -> CustomerTransaction:
    """One transaction of 2027; `day` is when in May it is due."""
    if day := terms.pop("day", None):
        terms["due_on"] = date(2027, 5, day)
    if kind == "chargeback" and "dispute_id" not in terms:
        terms["dispute_id"] = dispute(customer, cents).pk
    defaults = {"currency": "USD", "creator": "test"}
    return record_transaction(
        customer_id=customer.pk,
        type=CustomerTransactionType(kind),
        amount_minor=cents,
        **(defaults | terms),
    )


def ask(customer: Customer, cents: int = 100) -> Charge:
    """A charge that is due; nothing of it is collected."""
    return charge_customer(customer=customer, amount_minor=cents, name="Charge", actor="test")


def attempt(charge: Charge) -> Attempt:
    """An intent to collect a charge."""
    now = clock.now()
    return Attempt.objects.create(
        charge=charge,
        number=1,
        key=attempt_key(charge.public_id, 1),
        gateway="sandbox",
        token="tok_test_approve",
        amount_minor=charge.total_minor,
        currency=charge.currency,
        livemode=True,
        check_at=now,
        sent_at=now,
    )


def dispute(customer: Customer, cents: int = 100) -> Dispute:
    """An open dispute of a payment that is on no account, so nothing is owed by it yet."""
    charge = ask(customer, cents)
    collect_charge(charge.pk)
    told = report(charge, reference=f"dp_{charge.pk}", fee=0)
    taken = record_dispute(Asked("sandbox", told, clock.now()))
    check_guards()  # They look at once since the charge was settled, and wait again after this.
    return taken


def win(dispute: Dispute) -> None:
    """It is won, and nobody has looked at the account yet."""
    dispute.win()
    dispute.save()


def reverse(transaction: CustomerTransaction, **terms: Any) -> CustomerTransaction:
    return reverse_transaction(transaction.pk, **({"creator": "test"} | terms))


def opened(*transactions: CustomerTransaction) -> list[int]:
    """What of each is open now."""
    found = CustomerTransaction.objects.in_bulk([each.pk for each in transactions])
    return [found[each.pk].balance_minor for each in transactions]


def offsets(transaction: CustomerTransaction) -> list[tuple[int, int, bool]]:
    """With whom it is allocated, for how much, and whether that still holds."""
    rows = Allocation.objects.order_by("pk").values_list("source", "target", "amount_minor", "is_active")
    return [
        (target if source == transaction.pk else source, cents, is_active)
        for source, target, cents, is_active in rows
        if transaction.pk in (source, target)
    ]


def balance(customer: Customer, currency: str = "USD") -> int:
    return read_customer_balances([customer.pk], currency=currency)[customer.pk]


def check_guards() -> None:
    """Let the deferred triggers look now, and not only when a test's transaction is rolled back."""
    connection.check_constraints()
