"""Payment options: kept as the processor's tokens, shown masked, changed but for the account itself."""

import pytest

from customers.models import PaymentOption
from tests.dialects.unibill.shop import BANK_ACCOUNT, CARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(shop):
    return f"{shop.add_customer()}/payment-options"


@pytest.mark.parametrize(
    ("number", "letters"),
    [
        ("4111111111111111", "VC"),
        ("5555555555554444", "MC"),
        ("378282246310005", "AC"),
        ("6011111111111117", "DC"),
    ],
)
def test_a_card_is_shown_by_its_brand_its_last_digits_and_its_expiry(shop, at, number, letters):
    made = shop.put(at, accountNumber=number, accountAccessory="0432", csc="9999")
    assert made == {
        "id": made["id"],
        "code": str(made["id"]),
        "createDate": made["createDate"],
        "type": letters,
        "accountNumber": f"****{number[-4:]}",
        "accountAccessory": "0432",
        "tokenCode": made["tokenCode"],
        "holderName": "John Smith",
        "isActive": True,
    }
    assert shop.get(at) == [made]
    assert shop.get(f"{at}/{made['id']}") == made


@pytest.mark.parametrize(("letters", "kept"), [("BC", "checking"), ("BS", "savings"), (None, "checking")])
def test_a_bank_account_is_told_by_its_type_or_by_the_number_of_its_bank(shop, at, letters, kept):
    made = shop.put(at, **BANK_ACCOUNT | {"type": letters, "csc": "111"})
    row = PaymentOption.objects.get()
    assert (row.kind, row.bank_account_type) == ("bank_account", kept)
    assert (made["type"], made["accountNumber"], made["accountAccessory"]) == (
        letters or "BC",
        "****9992",
        "021000021",
    )


@pytest.mark.parametrize("letters", ["CC", "VC", "VD", "MC", "AC", "DC"])
def test_whatever_letters_a_card_comes_with_its_brand_is_in_its_number(shop, at, letters):
    assert shop.put(at, **CARD, type=letters)["type"] == "VC"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"accountNumber": "4111111111111112"}, "accountNumber"),
        ({"accountNumber": ""}, "accountNumber"),
        ({"accountNumber": None}, "accountNumber"),
        ({"accountNumber": "4111-1111"}, "accountNumber"),
        ({"accountNumber": "4" * 31}, "accountNumber"),
        ({"accountNumber": "****1111"}, "accountNumber"),
        ({"accountAccessory": "1332"}, "accountAccessory"),
        ({"accountAccessory": "0422"}, "accountAccessory"),
        ({"accountAccessory": None}, "accountAccessory"),
        ({"accountAccessory": "04/32"}, "accountAccessory"),
        ({"accountAccessory": "4111111111111111"}, "accountAccessory"),
        ({"csc": "12"}, "csc"),
        ({"csc": "12345"}, "csc"),
        ({"csc": "abc"}, "csc"),
        ({"type": "BC"}, "accountAccessory"),
        ({"type": "BC", "accountNumber": "4099999992"}, "accountAccessory"),
        ({"type": "BC", "accountNumber": "4099999992", "accountAccessory": "021000022"}, "accountAccessory"),
        ({"type": "XX"}, "type"),
        ({"token": "0" * 32}, "token"),
        ({"holderName": "4111111111111111"}, "holderName"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(shop, at, fields, field):
    status, code, named = shop.refuse("PUT", at, CARD | fields)
    assert (status, code, named) == (400, "F01", field)
    assert not PaymentOption.objects.exists()


def test_a_code_is_taken_once_by_a_customer(shop, at):
    shop.put(at, **CARD, code="card1")
    assert shop.refuse("PUT", at, CARD | {"code": "card1"}) == (409, "V07", "code")
    other = shop.add_customer(code="customer2")
    assert shop.put(f"{other}/payment-options", **CARD, code="card1")["code"] == "card1"


@pytest.mark.parametrize("reference", ["card1", "*card1"])
def test_it_is_found_by_its_code(shop, at, reference):
    made = shop.put(at, **CARD, code="card1")
    assert shop.get(f"{at}/{reference}") == made


def test_modifying_changes_what_is_sent(shop, at):
    made = shop.put(at, **CARD, code="card1", city="Rome", street1="1 Via")
    changed = shop.post(f"{at}/card1", holderName="J. Smith", isActive="false", city="", street2="B")
    expected = made | {"holderName": "J. Smith", "isActive": False, "street2": "B", "address": "1 Via, B"}
    expected.pop("city")
    assert changed == expected


def test_what_was_shown_may_be_sent_back(shop, at):
    made = shop.put(at, **CARD, code="card1", city="Rome")
    assert shop.post(f"{at}/card1", **made) == made


@pytest.mark.parametrize(
    "other", [{"accountNumber": "5555555555554444"}, {"accountAccessory": "0533"}, {"token": "x"}]
)
def test_the_account_itself_cannot_be_changed(shop, at, other):
    made = shop.put(at, **CARD)
    refused = shop.refuse("POST", f"{at}/{made['id']}", other)
    assert refused == (400, "F01", next(iter(other)))
    assert shop.get(f"{at}/{made['id']}") == made


def test_a_token_makes_an_option_of_another_customer_of_the_merchant(shop, at):
    made = shop.put(at, **CARD)
    other = shop.add_customer(code="customer2", firstName="Ann")
    copied = shop.put(f"{other}/payment-options", token=made["tokenCode"])
    assert (copied["accountNumber"], copied["holderName"]) == ("****1111", "Ann Smith")
    assert copied["tokenCode"] != made["tokenCode"]
    first, second = PaymentOption.objects.order_by("pk")
    assert first.gateway_token == second.gateway_token


def test_the_processors_own_token_is_never_shown(shop, at):
    shop.put(at, **CARD)
    token = PaymentOption.objects.get().gateway_token
    assert token not in str(shop.get(at))
    assert shop.refuse("PUT", at, {"token": token[:50]}) == (400, "V09", "token")


def test_a_list_costs_the_same_however_long_it_is(shop, at, django_assert_num_queries):
    shop.put(at, **CARD)
    row = PaymentOption.objects.get()
    copies = []
    for _ in range(109):
        copy = PaymentOption.objects.get()
        copy.pk, copy.public_id = None, PaymentOption._meta.get_field("public_id").get_default()
        copies.append(copy)
    PaymentOption.objects.bulk_create(copies)
    with django_assert_num_queries(3):
        found = shop.get(at)
    assert len(found) == 100
    assert found[0]["id"] == row.pk
    assert len(shop.get(at, offset=100)) == 10
    assert shop.refuse("GET", f"{at}?limit=1001") == (400, "F01", "limit")


@pytest.mark.django_db(transaction=True)
def test_a_repeated_request_keeps_one_and_needs_no_processor(shop, at, use_gateway):
    key = {"Idempotency_Key": "key-1"}
    first = shop.ask("PUT", at, CARD, **key)
    use_gateway("WithoutTokens")
    assert shop.ask("PUT", at, CARD | {"csc": "111"}, **key) == first
    assert PaymentOption.objects.count() == 1


def test_a_processor_out_of_reach_is_told(shop, at, use_gateway):
    use_gateway("WithoutTokens")
    assert shop.refuse("PUT", at, CARD) == (503, "E02", None)
    assert not PaymentOption.objects.exists()
