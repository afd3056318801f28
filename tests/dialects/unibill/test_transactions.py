"""What is entered on an account: which types, for how much, found by day, taken back."""

import pytest

from core import clock
from tests.dialects.unibill.shop import CARD
from tests.subscriptions.stories import day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(shop):
    return f"{shop.add_customer()}/transactions"


@pytest.fixture
def balance(shop, at):
    return lambda: shop.get(at.rpartition("/")[0])["balance"]


@pytest.mark.parametrize(
    ("letters", "owed"),
    [("RI", 500), ("RF", 500), ("RL", 500), ("RA", 500), ("RC", -500), ("AP", -500), ("AA", -500)],
)
def test_what_a_merchant_enters_moves_the_balance(shop, at, balance, letters, owed):
    made = shop.put(at, type=letters, amount="500", note="Entered")
    assert (made["type"], made["amount"], made["balance"], made["note"]) == (letters, 500, 500, "Entered")
    assert balance() == -owed
    assert shop.get(f"{at}/{made['id']}") == made


def test_a_merchant_writes_off_more_than_the_marketplaces_staff_may_alone(shop, at, balance):
    shop.put(at, type="RI", amount=60_000)
    made = shop.put(at, type="AA", amount=60_000, note="Gone")
    assert (made["type"], made["amount"], made["balance"], made["creatorCode"]) == (
        "AA",
        60_000,
        0,
        "service:api-shop",
    )
    assert balance() == 0


@pytest.mark.parametrize("letters", ["AC", "AD", "AG", "RR", "RX", "AV", "AR", "AX", "AS", "RO", "RN"])
def test_what_comes_about_otherwise_is_not_entered(shop, at, letters):
    assert shop.refuse("PUT", at, {"type": letters, "amount": 500}) == (400, "V11", "type")
    assert shop.get(at) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "letters", ["L", "K", "H", "E", "P", "T", "W", "AC", "DC", "DD", "MC", "MD", "VC", "VD", "BC", "BS", "CC"]
)
def test_how_a_payment_was_made_is_told_again(shop, at, letters):
    made = shop.put(at, type="AP", amount=500, accountType=letters)
    assert made["accountType"] == letters
    assert "processingInfo" not in made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": None}, "type"),
        ({"type": "XX"}, "type"),
        ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": "5.00"}, "amount"),
        ({"taxAmount": 5}, "taxAmount"),
        ({"dueDate": "2027-02-30"}, "dueDate"),
        ({"accountType": "ZZ"}, "accountType"),
        ({"note": "4111-1111-1111-1111"}, "note"),
        ({"note": "x" * 256}, "note"),
        ({"invoiceList": "x" * 251}, "invoiceList"),
        ({"code": "a/b"}, "code"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(shop, at, fields, field):
    assert shop.refuse("PUT", at, {"type": "RI", "amount": 5} | fields) == (400, "F01", field)
    assert shop.get(at) == []


def test_it_is_due_today_unless_said_otherwise(shop, at):
    with clock.travel_to(day("2027-03-01")):
        assert shop.put(at, type="RI", amount=5)["dueDate"] == "2027-03-01"
        assert shop.put(at, type="RI", amount=5, dueDate="2027-02-01")["dueDate"] == "2027-02-01"


def test_the_oldest_due_is_covered_first_and_the_list_of_invoices_before_that(shop, at):
    for code, due in (("late", "2027-03-03"), ("early", "2027-03-01"), ("middle", "2027-03-02")):
        shop.put(at, type="RI", amount=100, code=code, dueDate=due)
    shop.put(at, type="AP", amount=150, invoiceList="late")
    balances = {row["code"]: row["balance"] for row in shop.get(at)}
    assert [balances[code] for code in ("late", "early", "middle")] == [0, 50, 100]


def test_a_code_is_taken_once_by_a_customer(shop, at):
    shop.put(at, type="RI", amount=5, code="inv1")
    assert shop.refuse("PUT", at, {"type": "RI", "amount": 5, "code": "inv1"}) == (409, "V07", "code")
    assert shop.get(f"{at}/*inv1")["amount"] == 5


def test_both_days_belong_to_what_is_found(shop, at):
    for number in (1, 2, 3):
        with clock.travel_to(day(f"2027-03-0{number}")):
            shop.put(at, type="RI", amount=number)

    def find(**filters):
        return [row["amount"] for row in shop.get(at, **filters)]

    assert find() == [1, 2, 3]
    assert find(createDateFrom="2027-03-02") == [2, 3]
    assert find(createDateTo="2027-03-02") == [1, 2]
    assert find(createDateFrom="2027-03-02", createDateTo="2027-03-02") == [2]
    assert find(createDateFrom="2027-03-04") == []
    assert find(offset=1, limit=1) == [2]
    assert find(createDateTo="2999-12-31") == [1, 2, 3]
    for name in ("createDateFrom", "createDateTo"):
        assert shop.refuse("GET", f"{at}?{name}=yesterday") == (400, "F01", name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("letters", "reversed_as"),
    [("RI", "RR"), ("RF", "RR"), ("RL", "RR"), ("RA", "RR"), ("RC", "RX"), ("AP", "AV")],
)
def test_reversing_answers_the_transaction_that_reverses(shop, at, balance, letters, reversed_as):
    made = shop.put(at, type=letters, amount=500)
    reversal = shop.get(f"{at}/{made['id']}/~reverse")
    assert (reversal["type"], reversal["amount"], reversal["balance"]) == (reversed_as, 500, 0)
    assert reversal["id"] > made["id"]
    assert balance() == 0
    assert shop.refuse("GET", f"{at}/{made['id']}/~reverse") == (409, "V10", None)


def test_a_payment_of_an_earlier_day_is_refunded_and_the_refund_can_be_cancelled(shop, at, balance):
    with clock.travel_to(day("2027-03-01")):
        made = shop.put(at, type="AP", amount=500, accountType="K")
    with clock.travel_to(day("2027-03-02")):
        refund = shop.get(f"{at}/{made['id']}/~reverse")
        assert (refund["type"], refund["accountType"]) == ("AR", "K")
        assert shop.get(f"{at}/{refund['id']}/~reverse")["type"] == "AX"
    assert balance() == 500


@pytest.mark.parametrize("letters", ["AA", "RR"])
def test_some_cannot_be_reversed(shop, at, letters):
    made = shop.put(at, type="AA" if letters == "AA" else "RI", amount=500)
    if letters == "RR":
        made = shop.get(f"{at}/{made['id']}/~reverse")
    assert shop.refuse("GET", f"{at}/{made['id']}/~reverse") == (409, "U04", None)


@pytest.mark.django_db(transaction=True)
def test_reversing_an_invoice_frees_what_paid_it(shop, at, balance):
    first = shop.put(at, type="RI", amount=500)
    shop.put(at, type="AP", amount=500)
    second = shop.put(at, type="RI", amount=300)
    reversal = shop.get(f"{at}/{first['id']}/~reverse")
    assert balance() == 200
    assert shop.get(f"{at}/{second['id']}")["balance"] == 0
    allocations = shop.get(f"{at}/{first['id']}/allocations/~find")
    assert [(row["isActive"], row.get("causeTransactionType")) for row in allocations] == [
        (False, "RR"),
        (True, None),
    ]
    assert allocations[0]["causeTransactionId"] == reversal["id"]
    assert_books_are_sound()


@pytest.mark.django_db(transaction=True)
def test_a_repetition_under_its_key_enters_nothing_twice(shop, at, balance):
    key = {"Idempotency_Key": "key-1"}
    asked = {"type": "RI", "amount": 500}
    first = shop.ask("PUT", at, asked, **key)
    assert shop.ask("PUT", at, asked, **key) == first
    assert shop.refuse("PUT", at, asked | {"amount": 501}, **key) == (409, "V06", None)
    path = f"{at}/{first['id']}/~reverse"
    assert shop.ask("GET", path, **key) == shop.ask("GET", path, **key)
    assert (balance(), len(shop.get(at))) == (0, 2)


def test_a_list_costs_the_same_however_long_it_is(shop, at, django_assert_num_queries):
    for _ in range(3):
        shop.put(at, type="RI", amount=5)
    with django_assert_num_queries(3):
        assert len(shop.get(at)) == 3
    assert shop.refuse("GET", f"{at}?limit=1001") == (400, "F01", "limit")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_the_processor_said_costs_one_query_however_much_it_is(shop, at, django_assert_num_queries):
    declined = CARD | {"accountNumber": "4000000000009995"}
    for card in (CARD, declined, CARD, declined):
        shop.post(f"{at}/~process", amount=5, **card)
    with django_assert_num_queries(4):
        found = shop.get(at)
    assert [row["processingInfo"]["responseCode"] for row in found] == [
        "approved",
        "insufficient_funds",
    ] * 2
