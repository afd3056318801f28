"""Every text field of UniBill's forms takes odd but ordinary data, tells it again and finds it."""

import unicodedata

import pytest

from tests.dialects.unibill.shop import BANK_ACCOUNT, JOHN, STANDARD
from tests.odd_data import ALL, EMAILS, share

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VALUES = [value for _, value in ALL]
# By default an object gets a part of the values and the next object the next part; at night each gets all.
PARTS = pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.night)])
# The longest text that a field of a customer takes.
OF_CUSTOMERS = {
    "firstName": 125,
    "lastName": 125,
    "organizationName": 255,
    "street1": 128,
    "street2": 128,
    "city": 50,
    "state": 3,
    "zipCode": 15,
}


def fitting(longest: int) -> list[str]:
    return [unicodedata.normalize("NFC", value) for value in VALUES if len(value) <= longest]


def say_of_customer(value: str) -> dict[str, str]:
    """The value in every field that is long enough for it."""
    return {field: value for field, longest in OF_CUSTOMERS.items() if len(value) <= longest}


@PARTS
def test_a_customer_takes_it_in_every_field_as_new_and_as_changed_and_is_found_by_it(shop, every):
    at = shop.add_customer()
    for value in share(fitting(255), 0, every):
        said = say_of_customer(value)
        made = shop.put("customers", **({"firstName": "A", "lastName": "B"} | said))
        changed = shop.post(at, **said)
        assert said.items() <= made.items()
        assert said.items() <= changed.items()
        sought = {("street" if field == "street1" else field): value for field in said if field != "street2"}
        assert {made["id"], changed["id"]} <= {row["id"] for row in shop.get("customers", **sought)}


def test_an_e_mail_is_taken_and_found(shop):
    for value in EMAILS:
        made = shop.put("customers", **(JOHN | {"code": "", "email": value}))
        assert made["email"] == value
        assert [row["id"] for row in shop.get("customers", email=value)] == [made["id"]]


@PARTS
def test_a_plan_is_named_so_and_found_by_it(shop, every):
    for value in share(fitting(255), 1, every):
        made = shop.put("plans", name=value, amount=500)
        assert made["name"] == value
        assert made["id"] in [row["id"] for row in shop.get("plans", name=value)]


@PARTS
def test_notes_of_subscriptions_and_transactions_take_it(shop, every):
    shop.put("plans", **STANDARD)
    at = shop.add_customer()
    subscription = shop.put(f"{at}/subscriptions", planId="*standard_monthly")["id"]
    for value in share(fitting(255), 2, every):
        path = f"{at}/subscriptions/{subscription}"
        assert shop.post(path, note=value)["note"] == value
        assert shop.put(f"{at}/transactions", type="RC", amount=1, note=value)["note"] == value


@PARTS
def test_the_holder_of_an_account_may_be_called_so(shop, settings, every):
    settings.TRIES_PER_CARD = 1_000
    at = shop.add_customer()
    for value in share(fitting(150), 3, every):
        made = shop.put(f"{at}/payment-options", **BANK_ACCOUNT, holderName=value)
        assert made["holderName"] == value
