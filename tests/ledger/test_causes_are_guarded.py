"""What the database refuses as the cause of a transaction on a customer's account."""

from functools import partial

import pytest

from operations.factories import CustomerFactory
from tests.ledger.accounts import ask, attempt, dispute
from tests.ledger.test_receivables_are_guarded import enter, refused
from tests.subscriptions.agreeing import agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return CustomerFactory()


def test_a_cause_is_recorded_once(customer):
    charge, period = ask(customer), {"subscription": agree(customer=customer), "period": 0}
    tried = attempt(charge)
    record_all = [
        partial(enter, customer, "payment", -1, charge=charge),
        partial(enter, customer, "decline", 0, attempt=tried, balance_minor=0),
        partial(enter, customer, "invoice", 1, **period),
        partial(enter, customer, "chargeback", 1, dispute=dispute(customer)),
    ]
    for record_one in record_all:
        record_one()
        refused(record_one)
    refused(lambda: enter(customer, "claim", -1, charge=charge))
    enter(customer, "invoice", 1, **period | {"period": 1})


def test_a_cause_fits_its_type(customer):
    charge, subscription, taken = ask(customer), agree(customer=customer), dispute(customer)
    refused(lambda: enter(customer, "invoice", 1, charge=charge))
    refused(lambda: enter(customer, "decline", 0, charge=charge, balance_minor=0))
    refused(lambda: enter(customer, "payment", -1, attempt=attempt(charge)))
    refused(lambda: enter(customer, "late_fee", 1, subscription=subscription, period=0))
    refused(lambda: enter(customer, "invoice", 1, subscription=subscription))
    refused(lambda: enter(customer, "invoice", 1, subscription=subscription, period=-1))
    refused(lambda: enter(customer, "invoice", 1, period=0))
    refused(lambda: enter(customer, "invoice", 1, dispute=taken))


def test_a_chargeback_is_what_its_own_dispute_took(customer):
    taken = dispute(customer)
    refused(lambda: enter(customer, "chargeback", 1))
    refused(lambda: enter(customer, "chargeback", 1, dispute=taken, amount_minor=99, balance_minor=99))
    refused(lambda: enter(customer, "chargeback", 1, dispute=taken, currency="EUR"))
    refused(lambda: enter(CustomerFactory(merchant=customer.merchant), "chargeback", 1, dispute=taken))
    enter(customer, "chargeback", 1, dispute=taken)


@pytest.mark.parametrize(
    ("kind", "side", "cause"),
    [
        ("payment", -1, {"charge_id": 0}),
        ("decline", 0, {"attempt_id": 0, "balance_minor": 0}),
        ("invoice", 1, {"subscription_id": 0, "period": 0}),
        ("chargeback", 1, {"dispute_id": 0}),
    ],
)
def test_a_cause_exists(customer, kind, side, cause):
    refused(lambda: enter(customer, kind, side, **cause))
