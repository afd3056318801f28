"""Several hands on one account at once: they queue up, and the account adds up."""

import threading
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from charges.collection.single import collect_charge
from core.errors import CodeTaken
from ledger.allocation import lock_customers
from ledger.errors import AlreadyReversed
from ledger.models import Allocation, CustomerTransaction
from operations.factories import CustomerFactory
from tests.ledger.accounts import ask, balance, opened, record, reverse
from tests.money import run_at_once
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = range(5)


@pytest.fixture
def customer():
    yield CustomerFactory()
    assert_books_are_sound()


def outcomes(results) -> list[str]:
    return sorted(type(each).__name__ for each in results)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_payments_for_one_invoice_cover_it_once(customer, _round):
    invoice = record(customer, "invoice", 100)
    pay = partial(record, customer, "payment", 80)
    first, second = run_at_once(pay, pay)
    assert opened(invoice) == [0]
    assert sorted(opened(first, second)) == [0, 60]


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_invoice_and_a_payment_that_arrive_together_find_each_other(customer, _round):
    both = run_at_once(partial(record, customer, "invoice", 100), partial(record, customer, "payment", 100))
    assert opened(*both) == [0, 0]


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_payment_and_the_reversal_of_its_invoice_leave_the_payment_in_credit(customer, _round):
    invoice = record(customer, "invoice", 100)
    payment, reversal = run_at_once(partial(record, customer, "payment", 100), partial(reverse, invoice))
    assert opened(invoice, payment, reversal) == [0, 100, 0]


@pytest.mark.parametrize("_round", ROUNDS)
@pytest.mark.parametrize("kind", ["invoice", "payment", "credit"])
def test_of_two_reversals_one_is_refused(customer, kind, _round):
    original = record(customer, kind, 100)
    results = run_at_once(partial(reverse, original), partial(reverse, original))
    assert [type(each) for each in results].count(AlreadyReversed) == 1
    assert original.reversals.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_refunds_at_once_do_not_exceed_the_payment(customer, _round):
    payment = record(customer, "payment", 100)
    results = run_at_once(*[partial(reverse, payment, amount_minor=40)] * 4)
    assert outcomes(results) == ["CustomerTransaction"] * 2 + ["ReversalTooLarge"] * 2
    assert opened(payment) == [20]


@pytest.mark.parametrize("_round", ROUNDS)
def test_reversing_both_sides_at_once_leaves_nothing(customer, _round):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    run_at_once(partial(reverse, invoice), partial(reverse, payment))
    assert opened(invoice, payment) == [0, 0]
    assert balance(customer) == 0


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_charge_and_one_code_at_once_are_recorded_once(customer, _round):
    charge = ask(customer)
    collect_charge(charge.pk)
    settle = partial(record, customer, "claim", 100, charge_id=charge.pk)
    assert len({each.pk for each in run_at_once(settle, settle, settle)}) == 1
    name = partial(record, customer, "invoice", 100, code="INV-1")
    assert [type(each) for each in run_at_once(name, name)].count(CodeTaken) == 1
    assert CustomerTransaction.objects.count() == 2


def test_a_crowd_on_one_account_adds_up(customer):
    kinds = ["invoice", "payment", "credit", "late_fee"] * 4
    results = run_at_once(*[partial(record, customer, kind, 10 + n) for n, kind in enumerate(kinds)])
    assert outcomes(results) == ["CustomerTransaction"] * 16
    signs = {"invoice": -1, "late_fee": -1, "payment": 1, "credit": 1}
    assert balance(customer) == sum(signs[kind] * (10 + n) for n, kind in enumerate(kinds))
    assert Allocation.objects.exists()


def test_different_customers_do_not_wait_for_each_other(customer):
    other, entered, done = CustomerFactory(merchant=customer.merchant), threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_customers([customer.pk])
            entered.set()
            done.wait(10)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        payment = record(other, "payment", 100)
    done.set()
    thread.join()
    assert opened(payment) == [100]


def test_every_change_locks_the_customer_before_it_reads_a_balance(customer):
    record(customer, "invoice", 100)
    with CaptureQueriesContext(connection) as recording:
        payment = record(customer, "payment", 100)
    with CaptureQueriesContext(connection) as reversing:
        reverse(payment)
    for queries in (recording, reversing):
        statements = [query["sql"] for query in queries]
        lock = next(n for n, sql in enumerate(statements) if sql.endswith("FOR NO KEY UPDATE"))
        assert "customers_customer" in statements[lock]
        assert not [sql for sql in statements[:lock] if "balance_minor" in sql]
