"""What of a payment went where: every field that the documentation has, active and inactive."""

import pytest

from core import clock
from tests.dialects.unibill.shop import CARD, TYPES
from tests.subscriptions.stories import day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)
FIELDS = [
    "id",
    "sourceId",
    "targetId",
    "createDate",
    "isActive",
    "amount",
    "targetTransactionType",
    "causeTransactionId",
    "causeTransactionType",
]


@pytest.fixture
def paid(shop):
    """A customer's path, an invoice of 19.99 and the payment of 15.00 that goes towards it."""
    with clock.travel_to(day("2027-03-01")):
        at = shop.add_customer()
        invoice = shop.put(f"{at}/transactions", type="RI", amount=1999)
        payment = shop.post(f"{at}/transactions/~process", amount=1500, **CARD)
    return at, invoice["id"], payment["id"]


def find(shop, at, transaction, **page):
    return shop.get(f"{at}/transactions/{transaction}/allocations/~find", **page)


def test_an_active_allocation_says_what_offsets_what(shop, paid):
    at, invoice, payment = paid
    (found,) = find(shop, at, payment)
    assert found == {
        "id": found["id"],
        "sourceId": payment,
        "targetId": invoice,
        "createDate": "2027-03-01",
        "isActive": True,
        "amount": 1500,
        "targetTransactionType": "RI",
    }
    assert find(shop, at, invoice) == [found]


def test_reversing_the_payment_names_the_cause(shop, paid):
    at, invoice, payment = paid
    with clock.travel_to(day("2027-03-02")):
        reversal = shop.get(f"{at}/transactions/{payment}/~reverse")
    assert reversal["type"] == "AR"
    (ended,) = find(shop, at, invoice)
    assert list(ended) == FIELDS
    assert ended == {
        "id": ended["id"],
        "sourceId": payment,
        "targetId": invoice,
        "createDate": "2027-03-01",
        "isActive": False,
        "amount": 1500,
        "targetTransactionType": "RI",
        "causeTransactionId": reversal["id"],
        "causeTransactionType": "AR",
    }
    first, second = find(shop, at, payment)
    assert first == ended
    assert {name: second[name] for name in ("targetId", "isActive", "targetTransactionType")} == {
        "targetId": reversal["id"],
        "isActive": True,
        "targetTransactionType": "AR",
    }
    assert_books_are_sound()


def test_a_page_is_part_of_the_list(shop, paid):
    at, _, payment = paid
    with clock.travel_to(day("2027-03-02")):
        shop.get(f"{at}/transactions/{payment}/~reverse")
    whole = find(shop, at, payment)
    assert find(shop, at, payment, limit=1) == whole[:1]
    assert find(shop, at, payment, offset=1) == whole[1:]
    assert find(shop, at, payment, offset=2) == []
    assert shop.refuse("GET", f"{at}/transactions/{payment}/allocations/~find?limit=1001") == (
        400,
        "F01",
        "limit",
    )


def test_in_xml_each_is_an_element_with_attributes(shop, paid):
    at, invoice, payment = paid
    answer = shop.send(
        "GET", f"{at}/transactions/{payment}/allocations/~find", Accept=TYPES["xml"]
    ).content.decode()
    assert "<allocations><allocation id=" in answer
    assert f'sourceId="{payment}" targetId="{invoice}" createDate="2027-03-01" isActive="true"' in answer
    assert 'amount="1500" targetTransactionType="RI"' in answer


def test_looking_costs_the_same_for_one_and_for_many(shop, django_assert_num_queries):
    at = shop.add_customer()
    for _ in range(5):
        shop.put(f"{at}/transactions", type="RI", amount=100)
    payment = shop.put(f"{at}/transactions", type="AP", amount=500)
    find(shop, at, payment["id"])
    with django_assert_num_queries(4):
        assert len(find(shop, at, payment["id"])) == 5
