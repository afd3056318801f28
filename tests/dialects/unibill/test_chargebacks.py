"""A payment that the payer's bank takes back is owed again (`AG`) until the dispute is won (`AS`)."""

import pytest

from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from core import clock
from gateway.hints import DisputeStatus as Says
from operations.factories import MerchantFactory
from tests.charges.scripted_gateway import report
from tests.dialects.unibill.shop import CARD, Shop
from tests.dialects.unibill.test_processing import list_types, pay
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(shop):
    return shop.add_customer()


@pytest.fixture
def paid(shop, at):
    """An invoice of 19.99 that was paid by card."""
    shop.put(f"{at}/transactions", type="RI", amount=1999)
    return pay(shop, at, **CARD)


def tell(status, **changes):
    told = report(Charge.objects.get(kind="charge"), status=status, **changes)
    record_dispute(Asked("sandbox", told, clock.now()))


def newest(shop, at):
    return shop.get(f"{at}/transactions")[-1]


def test_a_dispute_is_owed_and_named_and_the_invoice_stays_covered(shop, at, paid):
    tell(Says.OPENED)
    assert list_types(shop, at) == [("RI", 0), ("AP", 0), ("AG", 1999)]
    chargeback = newest(shop, at)
    assert shop.get(f"{at}/transactions/{chargeback['id']}") == chargeback
    assert (chargeback["amount"], chargeback["note"]) == (1999, "Dispute dp_1")
    assert (chargeback["creatorCode"], chargeback["accountType"]) == ("system:disputes", paid["accountType"])
    assert "processingInfo" not in chargeback
    assert shop.get(at)["balance"] == -1999
    assert_books_are_sound()


def test_a_won_dispute_is_reversed_and_what_had_paid_it_covers_what_is_open(shop, at, paid):
    tell(Says.OPENED)
    chargeback = newest(shop, at)
    cash = shop.put(f"{at}/transactions", type="AP", accountType="K", amount=1999)
    assert shop.get(at)["balance"] == 0
    shop.put(f"{at}/transactions", type="RI", amount=500)
    tell(Says.WON)
    assert list_types(shop, at)[2:] == [("AG", 0), ("AP", 1499), ("RI", 0), ("AS", 0)]
    reversal = newest(shop, at)
    assert (reversal["type"], reversal["amount"], reversal["note"]) == ("AS", 1999, "Dispute dp_1")
    rows = shop.get(f"{at}/transactions/{chargeback['id']}/allocations/~find")
    assert [(row["sourceId"], row["isActive"], row.get("causeTransactionType")) for row in rows] == [
        (cash["id"], False, "AS"),
        (reversal["id"], True, None),
    ]
    assert shop.get(at)["balance"] == 1499
    assert_books_are_sound()


@pytest.mark.parametrize("status", [Says.OPENED, Says.LOST])
def test_only_the_end_of_its_dispute_takes_a_chargeback_back(shop, at, paid, status):
    tell(status)
    chargeback = newest(shop, at)
    refused = (409, "U04", None)
    assert shop.refuse("GET", f"{at}/transactions/{chargeback['id']}/~reverse") == refused
    tell(Says.WON, reference="dp_1")
    after = newest(shop, at)
    assert (after["type"] == "AS") == (status == Says.OPENED)
    assert shop.refuse("GET", f"{at}/transactions/{after['id']}/~reverse") == refused


def test_nobody_enters_a_chargeback(shop, at):
    for letters in ("AG", "AS"):
        status, code, _ = shop.refuse("PUT", f"{at}/transactions", {"type": letters, "amount": 5})
        assert (status, code) == shop.refuse("PUT", f"{at}/transactions", {"type": "AC", "amount": 5})[:2]
    assert list_types(shop, at) == []


@pytest.mark.parametrize(
    ("status", "refusal"), [(Says.OPENED, (400, "V01", None)), (Says.LOST, (409, "V10", None))]
)
def test_a_payment_that_the_bank_took_back_is_not_given_back_once_more(shop, at, paid, status, refusal):
    tell(status)
    assert shop.refuse("GET", f"{at}/transactions/{paid['id']}/~reverse") == refusal
    assert list_types(shop, at) == [("RI", 0), ("AP", 0), ("AG", 1999)]


def test_what_a_lost_dispute_left_of_a_payment_is_given_back(shop, at, paid):
    tell(Says.LOST, amount=999)
    back = shop.get(f"{at}/transactions/{paid['id']}/~reverse")
    assert (back["type"], back["amount"]) == ("AR", 1000)
    assert shop.get(at)["balance"] == -1999
    assert_books_are_sound()


def test_a_chargeback_can_be_written_off_or_forgiven(shop, at, paid):
    tell(Says.LOST)
    shop.put(f"{at}/transactions", type="AA", amount=1000)
    shop.put(f"{at}/transactions", type="RC", amount=999)
    assert shop.get(at)["balance"] == 0


def test_another_merchant_sees_nothing_of_it(shop, at, paid):
    tell(Says.OPENED)
    chargeback = newest(shop, at)
    other = Shop(MerchantFactory(), username="api-other")
    theirs = other.add_customer()
    assert list_types(other, theirs) == []
    assert other.get(theirs)["balance"] == 0
    for path in (f"{at}/transactions/{chargeback['id']}", f"{theirs}/transactions/{chargeback['id']}"):
        for action in ("", "/~reverse", "/allocations/~find"):
            assert other.refuse("GET", path + action)[0] == 404
