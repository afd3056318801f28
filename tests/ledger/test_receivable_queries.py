"""How much is asked of the database, whatever an account holds."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from ledger.models import Allocation
from ledger.receivables import record_transactions
from ledger.statements import list_allocations, list_transactions
from operations.factories import CustomerFactory
from tests.ledger.accounts import balance, check_guards, opened, record, reverse

pytestmark = pytest.mark.django_db


def make_invoices(customer, count):
    terms = {"type": "invoice", "amount_minor": 10, "currency": "USD", "creator": "test"}
    return record_transactions([{"customer_id": customer.pk, **terms}] * count)


def count(work):
    with CaptureQueriesContext(connection) as queries:
        result = work()
    return result, len(queries)


def test_covering_two_hundred_invoices_takes_no_more_round_trips_than_one():
    one, many = CustomerFactory(), CustomerFactory()
    make_invoices(one, 1)
    invoices = make_invoices(many, 200)
    _, few = count(lambda: record(one, "payment", 2000))
    payment, queries = count(lambda: record(many, "payment", 2000))
    assert queries == few <= 9
    assert set(opened(*invoices)) == {0}
    _, queries = count(lambda: reverse(payment))
    assert queries <= 16
    assert set(opened(*invoices)) == {10}
    check_guards()


@pytest.mark.slow
def test_recording_for_two_hundred_customers_takes_no_more_round_trips_than_for_one():
    customers = [CustomerFactory() for _ in range(200)]
    for customer in customers:
        record(customer, "credit", 4)
    terms = {"type": "invoice", "amount_minor": 10, "currency": "USD", "creator": "test"}
    batch = [{"customer_id": customer.pk, **terms} for customer in customers]
    recorded, queries = count(lambda: record_transactions(batch))
    assert queries <= 9
    assert {each.balance_minor for each in recorded} == {6}
    check_guards()


def test_a_balance_looks_at_open_items_only():
    customer = CustomerFactory()
    make_invoices(customer, 300)
    record(customer, "payment", 3000)
    record(customer, "payment", 7)
    with CaptureQueriesContext(connection) as queries:
        assert balance(customer) == 7
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_customertransaction")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "open_of_a_customer" in plan


def test_allocations_are_listed_active_or_not_a_page_at_a_time(django_assert_num_queries):
    customer = CustomerFactory()
    invoices = make_invoices(customer, 5)
    payment = record(customer, "payment", 50)
    reversal = reverse(invoices[0])
    with django_assert_num_queries(1):
        listed = [
            (each.target.type, each.is_active, each.cause and each.cause.type)
            for each in list_allocations(payment.pk, offset=0, limit=3)
        ]
    assert listed == [("invoice", False, "invoice_reversal"), *[("invoice", True, None)] * 2]
    assert len(list_allocations(payment.pk, offset=3, limit=100)) == 2
    assert [each.source_id for each in list_allocations(invoices[0].pk, offset=0, limit=100)] == [
        payment.pk,
        reversal.pk,
    ]
    assert Allocation.objects.count() == 6


def test_transactions_are_listed_by_when_they_were_recorded():
    customer = CustomerFactory()
    days = [datetime(2027, 5, day, tzinfo=UTC) for day in (1, 2, 3)]
    for day in days:
        with clock.travel_to(day):
            record(customer, "invoice", day.day)
    record(CustomerFactory(), "invoice", 9)

    def amounts(offset=0, limit=100, **between):
        found = list_transactions(customer_id=customer.pk, offset=offset, limit=limit, **between)
        return [each.amount_minor for each in found]

    assert amounts() == [1, 2, 3]
    assert amounts(offset=1, limit=1) == [2]
    assert amounts(created_from=days[1]) == [2, 3]
    assert amounts(created_from=days[0], created_before=days[2]) == [1, 2]
