"""A customer's account, as a bookkeeper tells it: what is recorded offsets what is open, at once."""

from datetime import UTC, date, datetime

import pytest

from core import clock
from core.errors import CodeTaken, InvalidField
from ledger.models import Allocation, CustomerTransaction
from ledger.receivables import record_transactions
from ledger.statements import read_customer_balances
from ledger.transaction_types import REVERSALS, CustomerTransactionType
from operations.factories import CustomerFactory
from tests.ledger.accounts import (
    ask,
    attempt,
    balance,
    check_guards,
    make_customer_with_fees_first,
    offsets,
    opened,
    record,
)
from tests.subscriptions.agreeing import agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    yield CustomerFactory()
    check_guards()


def test_a_downpayment_covers_its_invoice(customer):
    invoice = record(customer, "invoice", 1999)
    payment = record(customer, "payment", 1999)
    assert opened(invoice, payment) == [0, 0]
    assert offsets(payment) == [(invoice.pk, 1999, True)]
    assert balance(customer) == 0


def test_a_payment_that_is_too_small_leaves_the_rest_open(customer):
    invoice = record(customer, "invoice", 200)
    payment = record(customer, "payment", 150)
    assert opened(invoice, payment) == [50, 0]
    assert balance(customer) == -50


def test_a_payment_that_is_too_large_is_kept_for_the_next_invoice(customer):
    record(customer, "invoice", 100)
    payment = record(customer, "payment", 250)
    assert balance(customer) == 150
    later = record(customer, "invoice", 200)
    assert opened(payment, later) == [0, 50]
    assert balance(customer) == -50


def test_what_is_returned_shows_what_is_already_offset(customer):
    record(customer, "payment", 150)
    assert record(customer, "invoice", 200).balance_minor == 50


def test_the_oldest_by_due_date_is_covered_first_then_the_one_recorded_first(customer):
    late, early, same = (record(customer, "invoice", 100, day=day) for day in (20, 10, 20))
    record(customer, "payment", 150)
    assert opened(early, late, same) == [0, 50, 100]


def test_the_oldest_credit_is_used_up_first(customer):
    late, early = record(customer, "credit", 100, day=20), record(customer, "payment", 100, day=10)
    record(customer, "invoice", 150)
    assert opened(early, late) == [0, 50]


@pytest.mark.parametrize("kind", ["credit", "payment", "claim", "adjustment"])
def test_whatever_lowers_the_debt_offsets_an_invoice(customer, kind):
    invoice = record(customer, "invoice", 100)
    record(customer, kind, 30)
    assert opened(invoice) == [70]


@pytest.mark.parametrize("kind", ["invoice", "service_fee", "late_fee", "access_fee", "chargeback"])
def test_whatever_raises_the_debt_is_offset_by_a_payment(customer, kind):
    debt = record(customer, kind, 100)
    assert balance(customer) == -100
    record(customer, "payment", 100)
    assert opened(debt) == [0]


def test_a_declined_payment_is_on_the_account_and_does_not_count(customer):
    record(customer, "invoice", 100)
    decline = record(customer, "decline", 100)
    assert (decline.amount_minor, decline.balance_minor) == (100, 0)
    assert balance(customer) == -100


def test_oldest_invoice_then_all_fees_then_the_other_invoices_if_the_merchant_wants_it():
    customer = make_customer_with_fees_first()
    first, second = (record(customer, "invoice", 100, day=day) for day in (1, 2))
    service, late = record(customer, "service_fee", 10, day=9), record(customer, "late_fee", 20, day=8)
    record(customer, "payment", 105)
    assert opened(first, service, late, second) == [0, 10, 15, 100]
    record(customer, "payment", 100)
    assert opened(first, service, late, second) == [0, 10, 15, 0]
    record(customer, "payment", 20)
    assert opened(service, late) == [5, 0]


def test_a_payment_covers_the_invoices_first_that_it_names_by_id_or_code(customer):
    old, coded, plain = (record(customer, "invoice", 100, code=code) for code in (None, "INV-7", None))
    record(customer, "payment", 250, invoice_list=f"{plain.pk}, no-such-thing;INV-7 {plain.pk}")
    assert opened(plain, coded, old) == [0, 0, 50]


def test_in_a_list_of_invoices_an_id_wins_over_a_code(customer):
    meant = record(customer, "invoice", 100)
    other = record(customer, "invoice", 100, code=str(meant.pk), day=1)
    record(customer, "payment", 100, invoice_list=str(meant.pk))
    assert opened(meant, other) == [0, 100]


def test_another_customers_invoices_are_none_of_its_business(customer):
    foreign = record(CustomerFactory(merchant=customer.merchant), "invoice", 100)
    payment = record(customer, "payment", 100, invoice_list=str(foreign.pk))
    assert opened(foreign, payment) == [100, 100]


def test_currencies_are_accounts_apart(customer):
    euros = record(customer, "invoice", 100, currency="EUR")
    dollars = record(customer, "payment", 100)
    assert opened(euros, dollars) == [100, 100]
    assert (balance(customer), balance(customer, "EUR")) == (100, -100)


def test_it_is_due_on_the_day_it_is_recorded_unless_said_otherwise(customer):
    with clock.travel_to(datetime(2027, 1, 31, 23, 59, tzinfo=UTC)):
        assert record(customer, "invoice", 1).due_on == date(2027, 1, 31)
        assert record(customer, "invoice", 1, due_on=date(2027, 3, 1)).due_on == date(2027, 3, 1)


def test_a_code_defaults_to_the_id_when_shown(customer):
    plain, coded = record(customer, "invoice", 1), record(customer, "invoice", 1, code="INV-1")
    assert (plain.display_code, coded.display_code) == (str(plain.pk), "INV-1")


def test_a_customer_has_a_code_once(customer):
    record(customer, "invoice", 1, code="INV-1")
    with pytest.raises(CodeTaken):
        record(customer, "payment", 1, code="INV-1")
    assert record(CustomerFactory(merchant=customer.merchant), "invoice", 1, code="INV-1").code == "INV-1"


def test_a_period_a_captured_charge_and_a_declined_attempt_are_recorded_once(customer):
    charge, subscription = ask(customer), agree(customer=customer)
    causes = [
        ("invoice", {"subscription_id": subscription.pk, "period": 0, "code": "INV-1"}),
        ("invoice", {"subscription_id": subscription.pk, "period": 1}),
        ("payment", {"charge_id": charge.pk}),
        ("decline", {"attempt_id": attempt(charge).pk}),
    ]
    first = [record(customer, kind, 100, **terms).pk for kind, terms in causes]
    assert [record(customer, kind, 100, **terms).pk for kind, terms in causes] == first
    assert len(set(first)) == CustomerTransaction.objects.count() == 4
    assert Allocation.objects.count() == 1


def test_many_are_recorded_in_one_go_and_returned_in_their_order(customer):
    other = CustomerFactory()
    defaults = {"currency": "USD", "creator": "test"}
    period = {"subscription_id": agree(customer=other).pk, "period": 0}
    known = record(other, "invoice", 70, **period)
    batch = [
        {"customer_id": other.pk, "type": "payment", "amount_minor": 50},
        {"customer_id": customer.pk, "type": "invoice", "amount_minor": 100},
        {"customer_id": other.pk, "type": "invoice", "amount_minor": 70, **period},
        {"customer_id": customer.pk, "type": "claim", "amount_minor": 100},
    ]
    recorded = record_transactions([{**defaults, **terms} for terms in batch])
    assert [each.type for each in recorded] == ["payment", "invoice", "invoice", "claim"]
    assert recorded[2].pk == known.pk
    assert [each.balance_minor for each in recorded] == [0, 0, 20, 0]


@pytest.mark.parametrize("cents", [0, -1, 99_999_999_01])
def test_an_amount_out_of_range_is_refused_by_its_name(customer, cents):
    with pytest.raises(InvalidField) as refusal:
        record(customer, "invoice", cents)
    assert refusal.value.field == "amount_minor"


@pytest.mark.parametrize("kind", REVERSALS)
def test_a_reversal_is_not_recorded_by_itself(customer, kind):
    with pytest.raises(InvalidField) as refusal:
        record(customer, kind, 1)
    assert refusal.value.field == "type"


def test_every_type_is_either_recorded_or_reverses(customer):
    for kind in set(CustomerTransactionType) - set(REVERSALS):
        record(customer, kind, 1)


def test_balances_of_many_customers_are_read_at_once(customer, django_assert_num_queries):
    rich, blank = CustomerFactory(), CustomerFactory()
    record(rich, "payment", 300)
    record(customer, "invoice", 100)
    record(customer, "invoice", 20, currency="EUR")
    with django_assert_num_queries(1):
        found = read_customer_balances([customer.pk, rich.pk, blank.pk], currency="USD")
    assert found == {customer.pk: -100, rich.pk: 300, blank.pk: 0}
