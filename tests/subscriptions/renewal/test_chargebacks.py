"""An open chargeback beside renewals: each payment covers its own invoice, and nothing is charged for it."""

import pytest

from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from core import clock
from gateway.hints import DisputeStatus as Says
from ledger.models import Allocation
from ledger.transaction_types import CustomerTransactionType as Type
from tests.charges.scripted_gateway import report
from tests.ledger.accounts import record
from tests.money import captures
from tests.subscriptions.agreeing import account, agree, balance, bill_until
from tests.subscriptions.stories import day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def disputed():
    """An agreement whose first payment was taken back by the payer's bank."""
    subscription = agree()
    bill_until("2027-02-02")
    with clock.travel_to(day("2027-02-03")):
        tell(Says.OPENED)
    return subscription


def tell(status):
    first = Charge.objects.earliest("pk")
    record_dispute(Asked("sandbox", report(first, status=status), clock.now()))


def test_a_renewal_covers_its_own_invoice_and_the_chargeback_stays_open(disputed):
    bill_until("2027-03-02")
    assert account(disputed) == [
        (Type.INVOICE, 1999, 0),
        (Type.CLAIM, 1999, 0),
        (Type.CHARGEBACK, 1999, 1999),
        (Type.INVOICE, 1999, 0),
        (Type.CLAIM, 1999, 0),
    ]
    paid = Allocation.objects.latest("pk")
    assert (paid.source.type, paid.target.period) == (Type.CLAIM, 1)
    assert [cents for _, cents in captures()] == [1999, 1999]
    assert balance(disputed) == -1999
    assert_books_are_sound()


def test_what_a_won_dispute_frees_pays_the_next_invoice(disputed):
    with clock.travel_to(day("2027-02-04")):
        record(disputed.customer, "payment", 1999)
        tell(Says.WON)
    assert balance(disputed) == 1999
    bill_until("2027-03-02")
    assert [cents for _, cents in captures()] == [1999]
    assert balance(disputed) == 0
    assert_books_are_sound()
