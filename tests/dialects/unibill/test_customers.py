"""Customers: kept, found by what is known of them, shown with their balance."""

import json

import pytest

from customers.models import Customer
from tests.dialects.unibill.shop import JOHN

pytestmark = pytest.mark.django_db
ALL = {
    "code": "customer1",
    "firstName": "Jérôme",
    "lastName": "O'Neil-Smith",
    "organizationName": "Organization & Sons <LLC>",
    "email": "jsmith@mail.example",
    "phone": "+1 (212) 985-64",
    "isActive": False,
    "street1": "12 Main St",
    "street2": "5th Ave",
    "city": "New York",
    "state": "NY",
    "countryCode": "US",
    "zipCode": "31904",
}


def test_all_that_is_said_is_told_again(shop):
    made = shop.put("customers", **ALL)
    extra = {"id": made["id"], "createDate": made["createDate"], "balance": 0}
    assert made == ALL | extra | {"accountId": shop.merchant.account_number}
    assert shop.get("customers/*customer1") == made
    assert shop.get("customers") == [made]


def test_names_are_required(shop):
    for name in ("firstName", "lastName"):
        said = {other: value for other, value in JOHN.items() if other != name}
        assert shop.refuse("PUT", "customers", said) == (400, "F01", name)
        assert shop.refuse("PUT", "customers", JOHN | {name: " "}) == (400, "F01", name)


def test_the_balance_is_negative_for_a_debt_and_positive_for_credit(shop):
    at = shop.add_customer()
    shop.put(f"{at}/transactions", type="RI", amount=1999)
    assert shop.get(at)["balance"] == -1999
    shop.put(f"{at}/transactions", type="RC", amount=2500)
    assert shop.get(at)["balance"] == 501
    assert shop.get("customers")[0]["balance"] == 501
    assert shop.post(at, city="Rome")["balance"] == 501


def test_modifying_changes_what_is_sent_and_empties_what_is_empty(shop):
    shop.put("customers", **ALL)
    changed = shop.post("customers/customer1", firstName="Ann", city="", code="other", isActive="true")
    assert (changed["firstName"], changed["isActive"], changed["code"]) == ("Ann", True, "customer1")
    assert "city" not in changed
    assert changed["email"] == ALL["email"]
    assert shop.refuse("POST", "customers/customer1", {"lastName": ""}) == (400, "F01", "lastName")


def test_a_code_is_taken_once(shop):
    shop.put("customers", **JOHN)
    assert shop.refuse("PUT", "customers", JOHN) == (409, "V07", "code")
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"email": f"{'a' * 100}@b.example"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "1234567890123456"}, "phone"),
        ({"firstName": "x" * 126}, "firstName"),
        ({"organizationName": "5555555555554444"}, "organizationName"),
        ({"state": "NYNY"}, "state"),
        ({"countryCode": "U5"}, "countryCode"),
        ({"zipCode": "x" * 16}, "zipCode"),
        ({"accountId": "x"}, "accountId"),
        ({"isActive": 2}, "isActive"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(shop, fields, field):
    assert shop.refuse("PUT", "customers", JOHN | fields) == (400, "F01", field)
    assert not Customer.objects.exists()


def test_a_refused_address_is_told_in_a_sentence(shop):
    answer = shop.send("PUT", "customers", json.dumps(JOHN | {"email": "nonsense"}), "application/json")
    assert answer.json()["message"] == "email must be an e-mail address"


FILTERS = ("firstName", "lastName", "organizationName", "email", "city", "state", "countryCode", "zipCode")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FILTERS, "phone"])
def test_each_is_found_by_the_whole_of_a_value_in_capitals_or_not(shop, name):
    shop.put("customers", **ALL)
    shop.put("customers", firstName="Ann", lastName="Jones")
    assert [row["code"] for row in shop.get("customers", **{name: ALL[name].upper()})] == ["customer1"]
    assert shop.get("customers", **{name: ALL[name][:-1]}) == []


def test_the_street_is_a_filter_under_a_name_of_its_own(shop):
    shop.put("customers", **ALL)
    assert len(shop.get("customers", street="12 main st")) == 1
    assert shop.get("customers", street="5th Ave") == []


def test_filters_add_up(shop):
    shop.put("customers", **ALL)
    assert len(shop.get("customers", firstName="Jérôme", city="New York")) == 1
    assert shop.get("customers", firstName="Jérôme", city="Rome") == []


def test_a_list_costs_the_same_however_long_it_is(shop, django_assert_num_queries):
    Customer.objects.bulk_create(
        Customer(merchant=shop.merchant, first_name="A", last_name="B") for _ in range(120)
    )
    shop.get("customers")
    with django_assert_num_queries(4):
        found = shop.get("customers")
    assert len(found) == 100
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    assert len(shop.get("customers", limit=1000)) == 120
    assert len(shop.get("customers", offset=110)) == 10
    assert shop.refuse("GET", "customers?limit=1001") == (400, "F01", "limit")


def test_a_deleted_customer_is_not_there(shop):
    at = shop.add_customer()
    Customer.objects.update(deleted_at="2027-01-01T00:00Z")
    assert shop.refuse("GET", at) == (404, "V02", None)
    assert shop.get("customers") == []
