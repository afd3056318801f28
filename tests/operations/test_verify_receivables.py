"""Each invariant of customers' accounts is broken on purpose, and exactly it is reported."""

import pytest

from charges.disputes.record import Asked, record_dispute
from charges.requests.account_payments import pay_with_option
from core import clock
from dialects.unibill.processing import finish_payment
from gateway.hints import DisputeStatus as Says
from ledger.models import Allocation
from ledger.statements import find_chargeback
from operations.factories import CustomerFactory, PaymentOptionFactory
from tests.charges.scripted_gateway import report
from tests.ledger.accounts import check_guards, record, reverse
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data, find_broken
from tests.operations.receivable_breakages import RECEIVABLES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def story(request):
    """What receivable_breakages breaks."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


def tell_story():
    customer, other = CustomerFactory(), CustomerFactory()
    wrong = record(customer, "invoice", 80)
    payment = record(customer, "payment", 80)
    reversal = reverse(wrong)
    invoice = record(customer, "invoice", 100)
    record(other, "decline", 10)
    reverse(reverse(record(other, "payment", 10), amount_minor=4))
    credit = record(other, "credit", 50)
    captured, disputed, declined = (
        settle(PaymentOptionFactory(of_customer=True)),
        settle(PaymentOptionFactory(of_customer=True)),
        settle(PaymentOptionFactory(of_customer=True, token="tok_test_decline_hard")),
    )
    check_guards()
    record(disputed.customer, "invoice", 900)
    chargeback, won = charge_back(disputed, Says.OPENED), charge_back(disputed, Says.WON)
    check_guards()
    return {
        "customer": customer.pk,
        "other": other.pk,
        "invoice": invoice.pk,
        "payment": payment.pk,
        "reversal": reversal.pk,
        "credit": credit.pk,
        "captured": captured.pk,
        "declined": declined.pk,
        "chargeback": chargeback.pk,
        "won": won.pk,
        "ended": Allocation.objects.get(source=payment, is_active=False).pk,
        "allocation": Allocation.objects.get(source=payment, is_active=True).pk,
    }


def settle(option):
    """What is entered for a charge of 9.00 that is tried once."""
    charge = pay_with_option(
        customer=option.customer, payment_option=option, amount_minor=900, name="", actor="test"
    )
    return finish_payment(charge.pk)


def charge_back(payment, status):
    """What is entered for a dispute of 4.50 of a payment."""
    told = report(payment.charge, status=status, amount=450, fee=0, reference=f"dp_{status}")
    return find_chargeback(record_dispute(Asked("sandbox", told, clock.now())).pk)


def test_sound_accounts_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", RECEIVABLES)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = RECEIVABLES[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected
