"""Customers' accounts in the admin: to look at, found by any id, a page as cheap for more rows."""

import pytest

from ledger.models import Allocation, CustomerTransaction
from operations.factories import CustomerFactory
from tests.backoffice.test_admin_lists import MOST_QUERIES, address, get, listed
from tests.ledger.accounts import ask, attempt, record, reverse
from tests.subscriptions.agreeing import agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return CustomerFactory()


def bill(customer, times=1):
    for _ in range(times):
        record(customer, "invoice", 1999)
        record(customer, "payment", 2000)


@pytest.mark.slow
@pytest.mark.parametrize("model", [CustomerTransaction, Allocation])
def test_a_list_costs_the_same_for_more_rows(model, staff, customer):
    bill(customer)
    get(staff, address(model))
    _, few = get(staff, address(model))
    bill(customer, 4)
    bill(CustomerFactory(), 4)
    page, many = get(staff, address(model))
    assert not [sql for sql in many if "COUNT(" in sql]
    assert len(few) == len(many) <= MOST_QUERIES
    assert "19.99 USD" in page


@pytest.mark.slow
def test_a_transaction_and_its_allocations_are_found_by_any_id(staff, customer):
    charge, subscription = ask(customer, 40), agree(customer=customer)
    tried = attempt(charge)
    invoice = record(customer, "invoice", 100, code="INV-7", subscription_id=subscription.pk, period=0)
    bill(CustomerFactory())
    payment = record(customer, "payment", 40, charge_id=charge.pk)
    allocation = Allocation.objects.get(target=invoice)
    for term in ("INV-7", str(invoice.pk), str(invoice.public_id), str(subscription.public_id)):
        assert listed(staff, CustomerTransaction, q=term) == {invoice.pk}
        assert listed(staff, Allocation, q=term) == {allocation.pk}
    for term in (charge.key, str(charge.public_id), tried.key):
        assert listed(staff, CustomerTransaction, q=term) == {payment.pk}
        assert listed(staff, Allocation, q=term) == {allocation.pk}
    assert len(listed(staff, CustomerTransaction, q=str(customer.public_id))) == 2
    assert listed(staff, Allocation, q="nothing") == set()


def test_a_decline_is_found_by_its_charge_and_its_attempt_and_leads_to_it(staff, customer):
    charge = ask(customer)
    tried = attempt(charge)
    decline = record(customer, "decline", 100, attempt_id=tried.pk)
    for term in (str(charge.public_id), tried.key):
        assert listed(staff, CustomerTransaction, q=term) == {decline.pk}
    page, _ = get(staff, address(CustomerTransaction, "change", decline.pk))
    assert address(type(tried), "change", tried.pk) in page


def test_a_chargeback_is_found_by_its_dispute_and_leads_to_it(staff, customer):
    chargeback = record(customer, "chargeback", 1234)
    record(customer, "chargeback", 1234)
    dispute = chargeback.dispute
    for term in (dispute.reference, str(dispute.public_id)):
        assert listed(staff, CustomerTransaction, q=term) == {chargeback.pk}
    page, _ = get(staff, address(CustomerTransaction, "change", chargeback.pk))
    assert address(type(dispute), "change", dispute.pk) in page
    assert f"took back 12.34 USD of Charge: dispute {dispute.reference}, open." in page


def test_a_page_shows_the_account_and_leads_to_the_allocations(staff, customer):
    invoice, payment = record(customer, "invoice", 5000), record(customer, "payment", 1234)
    reverse(invoice, note="Sent twice")
    page, _ = get(staff, address(CustomerTransaction, "change", payment.pk))
    assert "12.34 USD" in page
    assert f"?source__id__exact={payment.pk}" in page
    assert len(listed(staff, Allocation, source__id__exact=payment.pk)) == 1
    assert len(listed(staff, Allocation, target__id__exact=invoice.pk)) == 2
    ended = Allocation.objects.get(is_active=False)
    page, _ = get(staff, address(Allocation, "change", ended.pk))
    assert "invoice_reversal" in page


@pytest.mark.parametrize("model", [CustomerTransaction, Allocation])
def test_nobody_adds_changes_or_removes_a_row(model, staff, customer):
    bill(customer)
    row = model.objects.first()
    assert staff.get(address(model, "add")).status_code == 403
    assert staff.post(address(model, "change", row.pk), {"note": "x"}).status_code == 403
    assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
