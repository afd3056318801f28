"""An empty value of an optional field counts as not sent; in a modify it empties a text."""

import pytest

from customers.models import PaymentOption
from tests.dialects.unibill.shop import CARD, TYPES, write

pytestmark = pytest.mark.django_db
NOT_GIVEN = ("id", "code", "createDate", "tokenCode")
CREATED = {
    "plans": ({"name": "Gold", "amount": 5}, "code accountId billingCycleType taxAmount isActive"),
    "customers": (
        {"firstName": "Ann", "lastName": "Smith"},
        "code accountId organizationName email phone isActive street1 street2 city state countryCode zipCode",
    ),
    "payment-options": (
        {"accountNumber": CARD["accountNumber"], "accountAccessory": "0432"},
        "code type holderName isActive csc token street1 street2 city state countryCode zipCode",
    ),
    "subscriptions": (
        {"amount": 5},
        "code accountId type taxAmount planId billingCycleType length paymentOptionId firstBillingDate note",
    ),
    "transactions": (
        {"type": "RI", "amount": 5},
        "code accountId taxAmount dueDate accountType invoiceList note",
    ),
}
FILTERS = {
    "plans": (
        "accountId name billingCycleType amount amountFrom amountTo createDate createDateFrom createDateTo"
    ),
    "customers": (
        "accountId firstName lastName organizationName email phone street city state countryCode zipCode"
    ),
    "payment-options": "",
    "subscriptions": "createDate planId nextBillingDate status",
    "transactions": "createDateFrom createDateTo",
}


@pytest.fixture
def at(shop):
    return f"{shop.add_customer()}/"


def place(at, plural):
    return plural if plural in ("plans", "customers") else at + plural


def without_ids(record):
    return {name: value for name, value in record.items() if name not in NOT_GIVEN}


@pytest.mark.parametrize("how", TYPES)
@pytest.mark.parametrize("plural", CREATED)
def test_what_is_created_with_empty_values_is_created_as_without_them(shop, at, plural, how):
    required, optional = CREATED[plural]
    empty = write(required | dict.fromkeys(optional.split(), ""), plural.removesuffix("s"), how)
    response = shop.send("PUT", place(at, plural), empty, TYPES[how], Accept="application/json")
    assert response.status_code == 200, response.content
    assert without_ids(response.json()) == without_ids(shop.put(place(at, plural), **required))


@pytest.mark.parametrize("plural", FILTERS)
def test_an_empty_filter_is_none(shop, at, plural):
    shop.put(place(at, plural), **CREATED[plural][0])
    every = shop.get(place(at, plural))
    assert every
    for name in [*FILTERS[plural].split(), "offset", "limit"]:
        assert shop.get(place(at, plural), **{name: ""}) == every, name


@pytest.mark.parametrize("how", TYPES)
def test_an_empty_account_beside_an_option_is_none(shop, at, how):
    shop.put(f"{at}payment-options", code="card1", **CARD)
    nothing = dict.fromkeys(("accountNumber", "accountAccessory", "csc", "token", "accountType"), "")
    body = write({"amount": "5", "paymentOptionId": "card1"} | nothing, "transaction", how)
    response = shop.send(
        "POST", f"{at}transactions/~process", body, TYPES[how], Accept="application/json", Idempotency_Key=how
    )
    assert (response.status_code, response.json()["type"]) == (200, "AP")


def test_an_empty_account_beside_a_token_is_none(shop, at):
    token = shop.put(f"{at}payment-options", **CARD)["tokenCode"]
    nothing = {"accountNumber": "", "accountAccessory": "", "csc": ""}
    paid = shop.post(f"{at}transactions/~process", amount=5, token=token, **nothing)
    assert paid["processingInfo"]["accountNumber"] == "****1111"
    assert shop.put(f"{at}payment-options", token=token, **nothing)["accountNumber"] == "****1111"
    fields = {"amount": 5, "token": token, "accountNumber": CARD["accountNumber"]}
    assert shop.refuse("POST", f"{at}transactions/~process", fields) == (400, "F01", "token")


@pytest.mark.parametrize(
    ("method", "path", "fields", "field"),
    [
        ("PUT", "plans", {"name": "", "amount": 5}, "name"),
        ("PUT", "plans", {"name": "Gold", "amount": ""}, "amount"),
        ("PUT", "customers", {"firstName": "", "lastName": "Smith"}, "firstName"),
        ("PUT", "{at}transactions", {"type": "", "amount": 5}, "type"),
        ("PUT", "{at}payment-options", {"accountNumber": "", "accountAccessory": "0432"}, "accountNumber"),
        ("PUT", "{at}payment-options", {**CARD, "accountAccessory": ""}, "accountAccessory"),
        ("POST", "{at}transactions/~process", {"amount": 5, "accountNumber": ""}, "accountNumber"),
        ("PUT", "{at}subscriptions", {"amount": 5, "type": "F", "length": ""}, "length"),
    ],
)
def test_what_is_required_is_not_there_when_it_is_empty(shop, at, method, path, fields, field):
    assert shop.refuse(method, path.format(at=at), fields) == (400, "F01", field)


def test_in_a_modify_an_empty_text_is_emptied_and_anything_else_stays(shop, at):
    made = shop.subscribe(at.rstrip("/"), note="N")
    plan = shop.put("plans", name="Gold", amount=5, billingCycleType="Q", isActive=False)
    assert shop.post(f"plans/{plan['id']}", billingCycleType="", isActive="", accountId="") == plan
    option = shop.put(f"{at}payment-options", **CARD, street1="1 Main St", city="Lyon", isActive=False)
    nothing = dict.fromkeys(("accountNumber", "accountAccessory", "csc", "token", "type", "isActive"), "")
    changed = shop.post(f"{at}payment-options/{option['id']}", street1="", **nothing)
    assert changed == {k: v for k, v in option.items() if k != "street1"} | {"address": "Lyon"}
    assert PaymentOption.objects.get(pk=option["id"]).street1 == ""
    path = f"{at}subscriptions/{made['id']}"
    changed = shop.post(path, note="", paymentOptionId="")
    assert changed == {k: v for k, v in made.items() if k != "note"}
