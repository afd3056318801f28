"""What a dispute took of a payment is owed again on the customer's account, until the dispute is won."""

from datetime import timedelta
from itertools import permutations

import pytest

from charges.collection.single import collect_charge
from charges.disputes.chargebacks import take_back_chargeback
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge, Dispute
from charges.requests.account_payments import pay_with_option
from charges.requests.customer import refund_customer_charge
from core import clock
from gateway.hints import DisputeStatus as Says
from ledger.models import CustomerTransaction
from operations.factories import ChargeFactory, PaymentOptionFactory
from tests.charges.scripted_gateway import report
from tests.ledger.accounts import ask, balance, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def option():
    """The card of a customer of a merchant."""
    return PaymentOptionFactory(of_customer=True)


@pytest.fixture
def payment(option):
    """10.00 that the customer paid."""
    return pay(option)


def pay(option, cents: int = 1000) -> Charge:
    charge = pay_with_option(
        customer=option.customer, payment_option=option, amount_minor=cents, name="", actor="test"
    )
    collect_charge(charge.pk)
    return Charge.objects.get(pk=charge.pk)


def tell(charge, status=Says.OPENED, at=None, **changes) -> Dispute:
    return record_dispute(Asked("sandbox", report(charge, status=status, **changes), at or clock.now()))


def account(customer) -> list[tuple[str, int, int]]:
    """Type, amount and what is open of each line, oldest first."""
    rows = CustomerTransaction.objects.filter(customer=customer).order_by("pk")
    return list(rows.values_list("type", "amount_minor", "balance_minor"))


def test_what_an_open_dispute_took_is_owed_again(option, payment):
    record(option.customer, "invoice", 1000)
    dispute = tell(payment)
    assert account(option.customer) == [
        ("payment", 1000, 0),
        ("invoice", 1000, 0),
        ("chargeback", 1000, 1000),
    ]
    assert balance(option.customer) == -1000
    line = CustomerTransaction.objects.get(type="chargeback")
    assert (line.dispute, line.note, line.creator) == (dispute, "Dispute dp_1", "system:disputes")
    assert (line.account_type, line.due_on) == (option.account_type, clock.now().date())


def test_a_lost_dispute_leaves_it_owed(option, payment):
    tell(payment)
    before = account(option.customer)
    tell(payment, Says.LOST)
    assert account(option.customer) == before


def test_a_won_dispute_takes_it_back_and_what_had_paid_it_is_credit(option, payment):
    record(option.customer, "invoice", 1000)
    tell(payment)
    record(option.customer, "payment", 1000)
    tell(payment, Says.WON)
    assert account(option.customer)[2:] == [
        ("chargeback", 1000, 0),
        ("payment", 1000, 1000),
        ("chargeback_reversal", 1000, 0),
    ]
    assert balance(option.customer) == 1000
    undone = CustomerTransaction.objects.get(type="chargeback_reversal")
    assert (undone.reverses.type, undone.note, undone.creator) == (
        "chargeback",
        "Dispute dp_1",
        "system:disputes",
    )


ORDERS = sorted(set(permutations([Says.OPENED, Says.OPENED, "end", "end"])))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("end", "undone"), [(Says.WON, ["chargeback_reversal"]), (Says.LOST, [])])
def test_news_in_any_order_and_more_than_once_lead_to_the_same_rows(option, payment, order, end, undone):
    for age, status in enumerate(order):
        tell(payment, end if status == "end" else status, at=clock.now() - timedelta(minutes=age))
    assert [kind for kind, _, _ in account(option.customer)] == ["payment", "chargeback", *undone]
    assert balance(option.customer) == (1000 if undone else 0)


def test_a_part_of_a_payment_is_owed_again_for_that_part(option, payment):
    tell(payment, amount=333)
    assert account(option.customer) == [("payment", 1000, 667), ("chargeback", 333, 0)]
    assert balance(option.customer) == 667


def test_each_dispute_of_a_payment_has_its_own_end(option, payment):
    tell(payment, amount=300, reference="dp_1")
    tell(payment, amount=700, reference="dp_2")
    tell(payment, Says.WON, amount=300, reference="dp_1")
    tell(payment, Says.LOST, amount=700, reference="dp_2")
    tell(payment, Says.OPENED, amount=300, reference="dp_3")
    assert [line for line in account(option.customer) if line[0] != "payment"] == [
        ("chargeback", 300, 0),
        ("chargeback", 700, 0),
        ("chargeback_reversal", 300, 0),
        ("chargeback", 300, 0),
    ]
    assert balance(option.customer) == 0


def test_what_a_dispute_left_of_a_payment_is_given_back_beside_it(option, payment):
    tell(payment, Says.LOST, amount=400)
    refund = refund_customer_charge(payment.pk)
    collect_charge(refund.pk)
    assert account(option.customer) == [("payment", 1000, 0), ("chargeback", 400, 0), ("refund", 600, 0)]
    assert balance(option.customer) == 0


def test_a_currency_without_decimals_is_counted_in_its_own_unit(option, settings):
    settings.DEFAULT_CURRENCY = "JPY"
    charge = pay(option, 1999)
    tell(charge, amount=1500)
    assert (balance(option.customer, "JPY"), balance(option.customer)) == (499, 0)
    assert CustomerTransaction.objects.get(type="chargeback").currency == "JPY"


def test_a_payment_that_is_on_no_account_makes_nobody_owe_anything(option):
    of_a_customer = ask(option.customer)
    collect_charge(of_a_customer.pk)
    tell(Charge.objects.get(pk=of_a_customer.pk))
    tell(ChargeFactory(collected=True), Says.WON, reference="dp_2")
    assert not CustomerTransaction.objects.exists()


@pytest.fixture
def known_before(payment, monkeypatch):
    """A dispute that former code recorded."""
    with monkeypatch.context() as former:
        former.setattr("charges.disputes.record.enter_chargeback", lambda *_: None)
        return tell(payment)


@pytest.mark.parametrize("end", [Says.OPENED, Says.WON, Says.LOST])
def test_a_dispute_of_before_makes_nothing_and_takes_nothing_back(option, payment, known_before, end):
    tell(payment, end)
    assert account(option.customer) == [("payment", 1000, 1000)]


def test_what_former_code_left_when_a_dispute_was_won_is_taken_back_by_the_next_news(
    option, payment, monkeypatch
):
    with monkeypatch.context() as former:
        former.setattr("charges.disputes.record.take_back_chargeback", lambda *_: None)
        tell(payment, Says.WON)
    assert balance(option.customer) == 0
    tell(payment, Says.WON)
    assert balance(option.customer) == 1000
    take_back_chargeback(Dispute.objects.get())
    assert balance(option.customer) == 1000
