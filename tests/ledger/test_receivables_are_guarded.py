"""What the database refuses on customers' accounts, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from core import clock
from ledger.models import Allocation, CustomerTransaction
from operations.factories import CustomerFactory
from tests.ledger.accounts import check_guards, record, reverse

pytestmark = pytest.mark.django_db
TERMS = {
    "public_id": "'0197a7b0-0000-7000-8000-000000000000'",
    "customer_id": "customer_id + 1",
    "code": "'other'",
    "charge_id": "1",
    "attempt_id": "1",
    "subscription_id": "1",
    "period": "1",
    "dispute_id": "1",
    "type": "'late_fee'",
    "side": "-1",
    "amount_minor": "amount_minor + 1",
    "currency": "'EUR'",
    "due_on": "due_on + 1",
    "account_type": "'cash'",
    "invoice_list": "'other'",
    "note": "'other'",
    "reverses_id": "id",
    "creator": "'other'",
    "created_at": "now()",
}


@pytest.fixture
def customer():
    return CustomerFactory()


def refused(work) -> None:
    """Say no to the work, or to its outcome when the transaction is to be committed.

    What was done before it has been looked at, so that only the work itself can be at fault.
    """
    check_guards()
    with pytest.raises(DatabaseError), transaction.atomic():
        do_and_check(work)


def do_and_check(work) -> None:
    work()
    check_guards()


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def change(transaction_, **values):
    CustomerTransaction.objects.filter(pk=transaction_.pk).update(**values)


def allocate(source, target, cents) -> None:
    """What code would write, balances included."""
    change(source, balance_minor=F("balance_minor") - cents)
    change(target, balance_minor=F("balance_minor") - cents)
    Allocation.objects.create(source=source, target=target, amount_minor=cents)


def enter(customer, kind, side, **fields):
    """A row past the services."""
    defaults = {"amount_minor": 100, "balance_minor": 100, "currency": "USD", "creator": "test"}
    return CustomerTransaction.objects.create(customer=customer, type=kind, side=side, **(defaults | fields))


def test_a_balance_does_not_change_by_itself(customer):
    invoice = record(customer, "invoice", 100)
    refused(lambda: change(invoice, balance_minor=99))


def test_an_allocation_does_not_appear_by_itself(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 50)
    refused(lambda: Allocation.objects.create(source=payment, target=invoice, amount_minor=1))


def test_an_allocation_does_not_end_by_itself(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 50)
    allocation = Allocation.objects.filter(source=payment)
    refused(lambda: allocation.update(is_active=False, cause_id=invoice.pk, deactivated_at=clock.now()))


def test_no_more_is_allocated_than_there_is(customer):
    dollars = record(customer, "payment", 50)
    invoice = enter(customer, "invoice", 1)
    refused(lambda: allocate(dollars, invoice, 51))


def test_a_transaction_does_not_begin_half_paid(customer):
    refused(lambda: enter(customer, "invoice", 1, balance_minor=50))


@pytest.mark.parametrize("cents", [0, -1])
def test_an_allocation_moves_something(customer, cents):
    payment, invoice = enter(customer, "payment", -1), enter(customer, "invoice", 1)
    refused(lambda: allocate(payment, invoice, cents))


def test_sound_rows_past_the_services_are_let_through(customer):
    allocate(enter(customer, "payment", -1), enter(customer, "invoice", 1), 100)
    check_guards()


def test_only_a_credit_meets_only_a_debt(customer):
    payment, invoice = enter(customer, "payment", -1), enter(customer, "invoice", 1)
    other_payment, other_invoice = enter(customer, "credit", -1), enter(customer, "late_fee", 1)
    refused(lambda: allocate(invoice, payment, 10))
    refused(lambda: allocate(payment, other_payment, 10))
    refused(lambda: allocate(invoice, other_invoice, 10))


def test_nobody_pays_for_another_customer_or_in_another_currency(customer):
    payment = enter(customer, "payment", -1)
    refused(lambda: allocate(payment, enter(CustomerFactory(merchant=customer.merchant), "invoice", 1), 10))
    refused(lambda: allocate(payment, enter(customer, "invoice", 1, currency="EUR"), 10))


@pytest.mark.parametrize("column", TERMS)
def test_the_terms_never_change(customer, column):
    invoice = record(customer, "invoice", 100)
    columns = {field.column for field in CustomerTransaction._meta.local_concrete_fields}
    assert columns == {"id", "balance_minor", *TERMS}
    statement = f"UPDATE ledger_customertransaction SET {column} = {TERMS[column]} WHERE id = %s"
    refused(lambda: run(statement, invoice.pk))


@pytest.mark.parametrize(
    "change",
    [
        "amount_minor = amount_minor - 1",
        "target_id = source_id",
        "source_id = target_id",
        "created_at = now()",
    ],
)
def test_an_allocation_never_changes_but_to_end(customer, change):
    record(customer, "invoice", 100)
    record(customer, "payment", 100)
    refused(lambda: run(f"UPDATE ledger_allocation SET {change}"))


def test_an_allocation_that_ended_stays_so_as_it_is(customer):
    invoice = record(customer, "invoice", 100)
    payment = record(customer, "payment", 100)
    reverse(invoice)
    ended = Allocation.objects.filter(source=payment)
    refused(lambda: ended.update(is_active=True, cause=None, deactivated_at=None))
    refused(lambda: ended.update(cause_id=payment.pk))
    refused(lambda: ended.update(deactivated_at=clock.now()))


@pytest.mark.parametrize(
    "change",
    [
        "is_active = false",
        "is_active = false, deactivated_at = now()",
        "deactivated_at = now()",
        "cause_id = source_id",
    ],
)
def test_an_end_has_its_cause_and_its_date(customer, change):
    record(customer, "invoice", 100)
    record(customer, "payment", 100)
    refused(lambda: run(f"UPDATE ledger_allocation SET {change}"))


def test_an_allocation_that_ends_keeps_its_amount(customer):
    record(customer, "invoice", 100)
    record(customer, "payment", 100)
    end = "is_active = false, deactivated_at = now(), cause_id = source_id"

    def end_with_another_amount():
        CustomerTransaction.objects.update(balance_minor=100)
        run(f"UPDATE ledger_allocation SET {end}, amount_minor = 1")

    refused(end_with_another_amount)


@pytest.mark.parametrize("kind", ["invoice", "decline"])
def test_what_nothing_refers_to_is_not_removed_either(customer, kind):
    record(customer, kind, 100)
    refused(lambda: run("DELETE FROM ledger_customertransaction"))


@pytest.mark.parametrize("table", ["ledger_customertransaction", "ledger_allocation"])
def test_nothing_is_removed(customer, table):
    record(customer, "invoice", 100)
    record(customer, "payment", 100)
    check_guards()
    refused(lambda: run(f"DELETE FROM {table}"))
    run("SET LOCAL billing.allow_truncate = 'off'")
    refused(lambda: run(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    ("kind", "side"), [("invoice", -1), ("payment", 1), ("decline", 1), ("late_fee", 0), ("loan", 1)]
)
def test_a_type_is_on_its_own_side(customer, kind, side):
    refused(lambda: enter(customer, kind, side))


@pytest.mark.parametrize("amounts", [(0, 0), (-5, -5), (100, 101), (100, -1)])
def test_amounts_are_positive_and_a_balance_is_within_its_amount(customer, amounts):
    refused(lambda: enter(customer, "invoice", 1, amount_minor=amounts[0], balance_minor=amounts[1]))


def test_a_decline_has_no_balance(customer):
    refused(lambda: enter(customer, "decline", 0))
    enter(customer, "decline", 0, balance_minor=0)
    check_guards()


def test_a_reversal_reverses_and_nothing_else_does(customer):
    invoice = record(customer, "invoice", 100)
    refused(lambda: enter(customer, "invoice_reversal", -1, balance_minor=0))
    refused(lambda: enter(customer, "credit", -1, reverses=invoice))


def test_a_reversal_is_not_left_unallocated(customer):
    invoice = record(customer, "invoice", 100)
    refused(lambda: enter(customer, "invoice_reversal", -1, reverses=invoice))
    refused(lambda: enter(customer, "invoice_reversal", -1, reverses=invoice, balance_minor=0))


def enter_reversal(original, kind, side, cents, customer=None, **fields):
    reversal = enter(
        customer or original.customer,
        kind,
        side,
        reverses=original,
        amount_minor=cents,
        balance_minor=0,
        **fields,
    )
    change(original, balance_minor=F("balance_minor") - cents)
    pair = (original, reversal) if side == 1 else (reversal, original)
    Allocation.objects.create(source=pair[0], target=pair[1], amount_minor=cents)


def test_a_reversal_reverses_what_it_is_for(customer):
    invoice = enter(customer, "invoice", 1)
    refused(lambda: enter_reversal(invoice, "refund_reversal", -1, 100))
    refused(
        lambda: enter_reversal(
            invoice, "invoice_reversal", -1, 100, CustomerFactory(merchant=customer.merchant)
        )
    )
    refused(lambda: enter_reversal(invoice, "invoice_reversal", -1, 100, currency="EUR"))
    enter_reversal(invoice, "invoice_reversal", -1, 100)
    check_guards()


def test_an_invoice_is_not_reversed_in_part_and_not_twice(customer):
    invoice = enter(customer, "invoice", 1)
    refused(lambda: enter_reversal(invoice, "invoice_reversal", -1, 99))
    enter_reversal(invoice, "invoice_reversal", -1, 100)
    refused(lambda: enter(customer, "invoice_reversal", -1, reverses=invoice, balance_minor=0))


def test_refunds_and_void_together_stay_within_the_payment(customer):
    payment = enter(customer, "payment", -1)
    enter_reversal(payment, "refund", 1, 60)
    refused(lambda: enter_reversal(payment, "refund", 1, 41))
    refused(lambda: enter_reversal(payment, "void", 1, 40))
    refused(lambda: enter(customer, "void", 1, reverses=payment, balance_minor=0))
    enter_reversal(payment, "refund", 1, 40)
    check_guards()


def test_a_code_is_had_once(customer):
    record(customer, "invoice", 100, code="INV-1")
    refused(lambda: enter(customer, "late_fee", 1, code="INV-1"))
