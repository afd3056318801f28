"""A program sees what its merchant accounts have, in every action, and nothing of all others."""

import json

import pytest

from dialects.unibill.actions import ACTIONS
from operations.factories import MerchantFactory
from tests.dialects.unibill.rows import TABLES, count_rows, read_rows
from tests.dialects.unibill.shop import CARD, STANDARD, Shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
READING = [action for action in ACTIONS if action.reads]
WRITING = [action for action in ACTIONS if not action.reads]
OBJECTS = ("plans", "payment-options", "subscriptions", "transactions", "allocations", "adjustments")


def furnish(shop, account):
    """One of everything in a merchant account; returns the path of each."""
    shop.put("plans", **STANDARD, accountId=account)
    at = f"customers/{shop.put('customers', firstName='A', lastName='B', accountId=account)['id']}"
    subscription = shop.subscribe(at, code="sub1", planId=find_plan(shop, account))
    shop.get(f"{at}/subscriptions/{subscription['id']}/~freeze", length=1)
    shop.put(f"{at}/transactions", type="RI", amount=500, code="inv1")
    payment = shop.post(f"{at}/transactions/~process", amount=500, **CARD)
    option = shop.get(f"{at}/payment-options")[0]
    return {
        "plan_id": find_plan(shop, account),
        "customer_id": at.rpartition("/")[2],
        "payment_option_id": option["id"],
        "subscription_id": subscription["id"],
        "transaction_id": payment["id"],
    }


def find_plan(shop, account):
    return shop.get("plans", accountId=account)[-1]["id"]


BODIES = {
    ("plan", "modify"): {"name": "Other"},
    ("customer", "modify"): {"firstName": "Other"},
    ("payment-option", "create"): CARD,
    ("payment-option", "modify"): {"isActive": "false"},
    ("subscription", "create"): {"amount": 100},
    ("subscription", "modify"): {"note": "Other"},
    ("subscription", "freeze"): {"length": 2, "effectiveDate": "2099-01-01"},
    ("transaction", "create"): {"type": "RC", "amount": 5},
    ("transaction", "process"): {"amount": 5, **CARD},
}


def write_path(resource, on, ids):
    before = write_path(resource.within, "one", ids) + "/" if resource.within else ""
    return before + resource.plural + (f"/{ids[resource.key]}" if on == "one" else "")


def call(shop, action, ids):
    path = f"{write_path(action.resource, action.on, ids)}/~{action.name}"
    body = BODIES.get((action.resource.element, action.name), {})
    return shop.send(action.method, path, json.dumps(body), "application/json")


def snapshot():
    return {label: read_rows(label) for label in TABLES}


def needs_an_object(action):
    return action.on == "one" or action.resource.within is not None


def test_every_action_on_what_is_not_mine_answers_as_if_it_were_not_there():
    mine, theirs = MerchantFactory(), MerchantFactory()
    owner = Shop(theirs, username="api-owner")
    ids = furnish(owner, theirs.account_number)
    stranger = Shop(mine, username="api-stranger")
    before = snapshot()
    asked = [action for action in ACTIONS if needs_an_object(action)]
    assert len(asked) == 21
    for action in asked:
        response = call(stranger, action, ids)
        assert response.status_code == 404, (action, response.content)
        assert response.json()["failureCode"] == "V02", action
    assert snapshot() == before


def test_what_is_mine_is_not_reached_through_somebody_else():
    """A customer of mine and an object of another customer do not go together."""
    mine = MerchantFactory()
    shop = Shop(mine)
    ids = furnish(shop, mine.account_number)
    other = shop.put("customers", firstName="C", lastName="D")["id"]
    before = snapshot()
    for action in ACTIONS:
        own = {"customers", "plans"}
        if action.resource.plural in own or (action.on == "many" and action.resource.within.plural in own):
            continue
        response = call(shop, action, ids | {"customer_id": other})
        assert (response.status_code, response.json()["failureCode"]) == (404, "V02"), action
    assert snapshot() == before


def test_what_is_mine_is_read(shop):
    ids = furnish(shop, shop.merchant.account_number)
    for action in READING:
        work(shop, action, ids)


@pytest.mark.parametrize("action", WRITING, ids=lambda each: f"{each.resource.plural} {each.name}")
def test_the_same_actions_work_on_what_is_mine(shop, action):
    work(shop, action, furnish(shop, shop.merchant.account_number))


def work(shop, action, ids):
    bodies = {
        ("plan", "create"): {"name": "New", "amount": 5},
        ("customer", "create"): {"firstName": "E", "lastName": "F"},
        ("subscription", "freeze"): {"length": 2},
    }
    key = (action.resource.element, action.name)
    path = f"{write_path(action.resource, action.on, ids)}/~{action.name}"
    body = json.dumps(bodies.get(key) or BODIES.get(key, {}))
    response = shop.send(action.method, path, body, "application/json")
    assert response.status_code == 200, (action, response.content)
    assert response.json(), action


def test_a_program_of_two_accounts_sees_both_and_names_the_one_it_means():
    first, second, third = (MerchantFactory() for _ in range(3))
    both = Shop(first, second, username="api-both")
    only = Shop(third, username="api-third")
    only.put("customers", firstName="T", lastName="T")
    numbers = [first.account_number, second.account_number]
    assert both.refuse("PUT", "customers", {"firstName": "A", "lastName": "B"}) == (400, "F01", "accountId")
    assert both.refuse("PUT", "plans", {"name": "A", "amount": 1}) == (400, "F01", "accountId")
    for number in numbers:
        both.put("customers", firstName="A", lastName="B", accountId=number, code="twin")
        both.put("plans", name="P", amount=1, accountId=number)
    for many in ("customers", "plans"):
        assert [row["accountId"] for row in both.get(many)] == numbers
        assert [row["accountId"] for row in both.get(many, accountId=numbers[1])] == numbers[1:]
        outside = f"{many}?accountId={third.account_number}"
        assert both.refuse("GET", outside) == (400, "V03", None)
    assert both.refuse("PUT", "customers", {"firstName": "A", "lastName": "B", "accountId": 1}) == (
        400,
        "V03",
        None,
    )


def test_a_code_that_two_accounts_have_is_told_apart_by_the_account():
    first, second = MerchantFactory(), MerchantFactory()
    both = Shop(first, second)
    for merchant in (first, second):
        both.put("customers", firstName="A", lastName="B", accountId=merchant.account_number, code="twin")
    assert both.refuse("GET", "customers/*twin/subscriptions") == (409, "V04", None)
    made = both.put("customers/twin/transactions", type="RI", amount=5, accountId=second.account_number)
    assert made["accountId"] == second.account_number
    assert count_rows()["ledger.CustomerTransaction"] == 1


def test_a_plan_or_token_of_another_account_cannot_be_used(shop):
    other = MerchantFactory()
    theirs = Shop(other, username="api-other")
    plan = theirs.put("plans", **STANDARD)
    at = theirs.add_customer()
    token = theirs.put(f"{at}/payment-options", **CARD)["tokenCode"]
    mine = shop.add_customer()
    for path, fields, field in (
        (f"{mine}/subscriptions", {"planId": plan["id"]}, "planId"),
        (f"{mine}/subscriptions", {"planId": "*standard_monthly"}, "planId"),
        (f"{mine}/subscriptions", {"amount": 5, "paymentOptionId": 1}, "paymentOptionId"),
        (f"{mine}/payment-options", {"token": token}, "token"),
    ):
        assert shop.refuse("PUT", path, fields) == (400, "V09", field)
    for fields, field in (({"token": token}, "token"), ({"paymentOptionId": 1}, "paymentOptionId")):
        asked = {"amount": 5, **fields}
        assert shop.refuse("POST", f"{mine}/transactions/~process", asked) == (400, "V09", field)


def test_a_switched_off_account_is_not_reached(shop):
    at = shop.add_customer()
    shop.merchant.is_active = False
    shop.merchant.save()
    assert shop.refuse("GET", at) == (404, "V02", None)
    assert shop.get("customers") == []


def test_a_plan_of_my_other_account_is_no_plan_for_this_ones_customer():
    first, second = MerchantFactory(), MerchantFactory()
    both = Shop(first, second, username="api-both")
    own, foreign = (
        both.put("plans", name="P", amount=1, accountId=each.account_number)["id"] for each in (first, second)
    )
    customer = both.put("customers", firstName="A", lastName="B", accountId=first.account_number)["id"]
    path = f"customers/{customer}/subscriptions"
    assert both.refuse("PUT", path, {"planId": foreign}) == (400, "V09", "planId")
    assert both.put(path, planId=own)["planId"] == own
