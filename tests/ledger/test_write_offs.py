"""What a customer still owes is written off by an adjustment: alone up to the limit, else by two."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from approvals.four_eyes import name_staff
from approvals.models import Approval
from ledger.errors import NothingOwed
from ledger.models import CustomerTransaction
from ledger.write_offs import approve_debt_write_off, write_off_debt
from operations.factories import CustomerFactory, MerchantFactory, ServiceUserFactory, UserFactory
from tests.approvals.asking import approver
from tests.ledger.accounts import balance, opened, record
from tests.money import run_at_once


def write_off(debt, person=None):
    return write_off_debt(
        transaction_id=debt.pk, reason="Gone.", requested_by=person or UserFactory(staff=True)
    )


@pytest.mark.django_db
def test_an_adjustment_covers_exactly_what_is_open_of_it():
    customer = CustomerFactory()
    older, debt = record(customer, "invoice", 500), record(customer, "invoice", 1999)
    record(customer, "payment", 700)
    done = write_off(debt)
    assert (done.type, done.amount_minor, done.note) == ("adjustment", 1799, "Gone.")
    assert opened(older, debt, done) == [0, 0, 0]
    assert balance(customer) == 0
    for nothing in (debt, done):
        with pytest.raises(NothingOwed):
            write_off(nothing)


@pytest.mark.django_db
def test_above_the_limit_another_person_approves_what_is_still_open():
    customer = CustomerFactory()
    debt = record(customer, "invoice", 60_000)
    approval = write_off(debt)
    record(customer, "payment", 100)
    assert approve_debt_write_off(approval, decided_by=approver()).status == "void"
    assert approve_debt_write_off(write_off(debt), decided_by=approver()).status == "used"
    assert balance(customer) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [50_001, 60_000, 99_999])
def test_the_database_takes_no_large_write_off_that_nobody_has_approved(amount):
    customer = CustomerFactory()
    debt = record(customer, "invoice", amount)
    write_off(debt)  # Asked for, and not approved.
    for named in (str(debt.pk), "", "x", "0"):
        with pytest.raises(IntegrityError, match="nobody has approved"), transaction.atomic():
            record(customer, "adjustment", amount, invoice_list=named)
    assert opened(debt) == [amount]


@pytest.mark.django_db
def test_what_the_merchants_own_program_writes_off_waits_for_nobody():
    customer = CustomerFactory()
    own = ServiceUserFactory(merchants=[customer.merchant])
    debt = record(customer, "invoice", 60_000)
    record(customer, "adjustment", 60_000, creator=own.principal)
    assert opened(debt) == [0]


@pytest.mark.django_db
def test_a_name_that_is_none_of_the_merchants_programs_lets_no_large_write_off_in():
    customer = CustomerFactory()
    own = ServiceUserFactory(merchants=[customer.merchant])
    other = ServiceUserFactory(merchants=[MerchantFactory()])
    staff = UserFactory(staff=True, username=own.username)
    for name in (other.principal, name_staff(staff), own.username, "service:api-nobody", "service:", ""):
        with pytest.raises(IntegrityError, match="nobody has approved"), transaction.atomic():
            record(customer, "adjustment", 60_000, creator=name)


@pytest.mark.django_db
def test_an_approval_lets_one_write_off_of_one_debt_in():
    customer = CustomerFactory()
    debt, other = record(customer, "invoice", 60_000), record(customer, "invoice", 60_000)
    assert approve_debt_write_off(write_off(debt), decided_by=approver()).status == "used"
    for again in (debt, other):
        with pytest.raises(IntegrityError, match="nobody has approved"), transaction.atomic():
            record(customer, "adjustment", 60_000, invoice_list=str(again.pk))


@pytest.mark.django_db(transaction=True)
def test_of_several_people_at_once_one_writes_it_off():
    debt = record(CustomerFactory(), "invoice", 1999)
    people = [UserFactory(staff=True) for _ in range(4)]
    results = run_at_once(*[partial(write_off, debt, person) for person in people])
    assert sum(isinstance(each, CustomerTransaction) for each in results) == 1
    assert sum(isinstance(each, NothingOwed) for each in results) == 3
    assert not Approval.objects.exists()
