"""News of a dispute beside other work on the same payment and account, by real threads."""

import pytest

from charges.collection.single import collect_charge
from charges.requests.customer import refund_customer_charge
from gateway.hints import DisputeStatus as Says
from ledger.models import CustomerTransaction
from operations.factories import PaymentOptionFactory
from tests.charges.disputes.test_chargebacks import account, pay, tell
from tests.ledger.accounts import balance, record
from tests.money import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_books")]
ROUNDS = range(4)


@pytest.fixture
def option():
    return PaymentOptionFactory(of_customer=True)


def count(kind: str) -> int:
    return CustomerTransaction.objects.filter(type=kind).count()


def errors(results) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


@pytest.mark.parametrize("_", ROUNDS)
def test_a_dispute_that_is_told_many_times_at_once_is_owed_once(option, _):
    charge = pay(option)
    assert not errors(run_at_once(*[lambda: tell(charge)] * 4))
    assert account(option.customer) == [("payment", 1000, 0), ("chargeback", 1000, 0)]
    assert not errors(run_at_once(*[lambda: tell(charge, Says.WON)] * 4))
    assert (count("chargeback"), count("chargeback_reversal")) == (1, 1)
    assert balance(option.customer) == 1000


@pytest.mark.parametrize("_", ROUNDS)
def test_of_a_dispute_and_a_refund_of_everything_at_once_one_is_on_the_account(option, _):
    charge = pay(option)

    def give_back():
        collect_charge(refund_customer_charge(charge.pk).pk)

    results = run_at_once(give_back, lambda: tell(charge))
    assert len(errors(results)) == 1
    assert count("chargeback") + count("void") == 1
    assert balance(option.customer) == 0


@pytest.mark.parametrize("_", ROUNDS)
def test_disputes_of_parts_and_a_refund_on_its_way_all_count(option, _):
    charge = pay(option)
    refund = refund_customer_charge(charge.pk, amount_minor=500)
    results = run_at_once(
        lambda: collect_charge(refund.pk),
        lambda: tell(charge, amount=300, reference="dp_1"),
        lambda: tell(charge, Says.WON, amount=200, reference="dp_2"),
    )
    assert not errors(results)
    assert (count("chargeback"), count("chargeback_reversal"), count("refund")) == (2, 1, 1)
    assert balance(option.customer) == 1000 - 500 - 300


@pytest.mark.parametrize("_", ROUNDS)
def test_a_dispute_is_won_while_the_customer_pays(option, _):
    charge = pay(option)
    record(option.customer, "invoice", 1000)
    tell(charge)
    results = run_at_once(
        lambda: tell(charge, Says.WON),
        lambda: pay(option),
        lambda: record(option.customer, "payment", 500),
    )
    assert not errors(results)
    assert (count("chargeback"), count("chargeback_reversal"), count("payment")) == (1, 1, 3)
    assert balance(option.customer) == 1500
