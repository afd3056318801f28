"""Whatever is sent, the answer is a success or a refusal in the dialect's shape, never a fault."""

import json

import pytest

from dialects.unibill.actions import ACTIONS
from dialects.unibill.errors import ERRORS, NO_ACTION, REFUSALS
from dialects.unibill.urls import VIEWSETS
from tests.dialects.unibill.shop import Shop
from tests.dialects.unibill.test_tenants import BODIES, READING, WRITING, furnish, write_path

pytestmark = pytest.mark.slow

CODES = {code for _, code in ERRORS.values()} | {NO_ACTION, *REFUSALS.values()}
TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "1e9",
    "NaN",
    "null",
    "true",
    "x" * 300,
    "é" * 70,
    "*",
    "**",
    "~x",
    "../..",
)
NUMBERS = ("%00", str(2**31), str(2**63 - 1), str(2**63), "9" * 40, "\u0663")
DAYS = ("2999-12-31", "1900-01-01", "9999-12-31", "0000-00-00")
NATIVE = (0, -1, 2**31, 2**63 - 1, 2**63, 10**30, 1.5, True, False, None, [], {}, ["a"], {"a": 1})
NONSENSE = (*TEXTS, *NUMBERS, *DAYS, *NATIVE)
REFERENCES = ("0", "-1", "9" * 18, "9" * 19, "9" * 400, "*", "**x", "%00", "é", " ", "a%2Fb")
KEYS = ("plan_id", "customer_id", "payment_option_id", "subscription_id", "transaction_id")
FORMS = {viewset.resource: viewset.forms for viewset in VIEWSETS}


def is_answer(response):
    said = response.json()
    if response.status_code == 200:
        return isinstance(said, dict | list)
    return response.status_code < 500 and said["failureCode"] in CODES and bool(said["message"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize(
    "actions",
    [READING, *([each] for each in WRITING)],
    ids=lambda each: f"{each[0].resource.plural} {each[0].name}",
)
def test_nonsense_in_any_field_is_refused_or_taken(actions, every):
    """Each field gets a piece of nonsense, the next field the next; at night each gets all."""
    shop = Shop()
    ids = furnish(shop, shop.merchant.account_number)
    for action in actions:
        send_nonsense(shop, action, ids, every)


def send_nonsense(shop, action, ids, every):
    path = f"{write_path(action.resource, action.on, ids)}/~{action.name}"
    form = FORMS[action.resource].get(action.name)
    usual = BODIES.get((action.resource.element, action.name), {})
    for place, field in enumerate(form().fields if form else ("x",)):
        for value in NONSENSE[place % every :: every]:
            body = json.dumps(usual | {field: value})
            response = shop.send(action.method, path, body, "application/json")
            assert is_answer(response), (field, value, response.status_code, response.content)


@pytest.mark.django_db
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("action", ACTIONS, ids=lambda each: f"{each.resource.plural} {each.name}")
def test_nonsense_in_a_path_is_not_found(shop, action, every):
    """An action gets a third of it, the next action the next third; at night each gets all."""
    for reference in REFERENCES[ACTIONS.index(action) % every :: every]:
        path = f"{write_path(action.resource, action.on, dict.fromkeys(KEYS, reference))}/~{action.name}"
        response = shop.send(action.method, path)
        assert is_answer(response), (reference, response.content)
        assert response.status_code in (200, 400, 404), reference
