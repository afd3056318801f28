"""The description of the dialect is valid, complete, and what the server does."""

import json
import re

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from core import clock
from dialects.unibill.actions import ACTIONS
from dialects.unibill.documentation import describe, write_path
from dialects.unibill.openapi import build_schema_name
from dialects.unibill.openapi_schemas import ANSWERS
from tests.dialects.unibill import sample
from tests.dialects.unibill.shop import BANK_ACCOUNT, CARD, DECLINED_CARD, SILENT_CARD, STANDARD
from tests.subscriptions.stories import day


@pytest.fixture(scope="session")
def document():
    return describe()


def check(document, schema, value):
    rules = {"components": document["components"], **schema}
    errors = [error.message for error in Draft202012Validator(rules).iter_errors(value)]
    assert not errors, (value, errors)


def show_path(action):
    return "/" + re.sub(r"<str:(\w+)>", r"{\1}", write_path(action))


def refer(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.slow
def test_it_is_valid_openapi_3_1():
    GENERATOR_STATS.reset()
    document = json.loads(json.dumps(describe()))
    assert document["openapi"] == "3.1.0"
    validate(document)
    assert not GENERATOR_STATS


def test_every_action_is_described_and_no_other(document):
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(action.method, show_path(action)) for action in ACTIONS}
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(set(ids)) == len(ACTIONS)
    assert all(each["summary"] for methods in document["paths"].values() for each in methods.values())


@pytest.mark.parametrize("bodies", [sample.JSON])
def test_the_documentations_sample_is_what_is_described(document, bodies):
    for (_, path), body in zip(sample.STEPS, bodies, strict=True):
        names = path.split("/")
        element = names[-2].rstrip("s")
        check(document, refer(build_schema_name(element, names[-1].lstrip("~"))), json.loads(body))


def list_optional(document):
    """Return the schemas of the fields that are not required; a "modify" is told parts of what is."""
    for methods in document["paths"].values():
        for each in methods.values():
            described = [parameter for parameter in each["parameters"] if parameter["in"] == "query"]
            yield from (parameter["schema"] for parameter in described if not parameter.get("required"))
    for name, schema in document["components"]["schemas"].items():
        if name not in map(build_schema_name, ANSWERS) and "Modify" not in name:
            required = schema.get("required", ())
            yield from (field for key, field in schema["properties"].items() if key not in required)


def test_a_field_that_is_not_required_may_be_empty(document):
    optional = list(list_optional(document))
    assert len(optional) > 100
    for schema in optional:
        assert Draft202012Validator(schema).is_valid(""), schema


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_as_described(shop, document):
    def read(element, answer):
        for each in answer if isinstance(answer, list) else [answer]:
            check(document, refer(build_schema_name(element)), each)
        return answer

    with clock.travel_to(day("2027-01-15")):
        read("plan", shop.put("plans", **STANDARD))
        read("plan", shop.get("plans"))
        said = json.loads(sample.JSON[0]) | {"accountId": None}
        at = f"customers/{read('customer', shop.put('customers', **said))['id']}"
        read("customer", shop.get("customers"))
        for account in (CARD, BANK_ACCOUNT):
            read("payment-option", shop.put(f"{at}/payment-options", **account, street1="1 Main St"))
        read("subscription", shop.subscribe(at, code="s1", type="F", length=3, note="N"))
        read("subscription", shop.get(f"{at}/subscriptions/s1/~freeze", length=1, note="N"))
        read("subscription", shop.get(f"{at}/subscriptions/s1/~cancel", effectiveDate="2027-06-01"))
        read("subscription-adjustment", shop.get(f"{at}/subscriptions/s1/adjustments"))
        read("transaction", shop.put(f"{at}/transactions", type="RI", amount=5, invoiceList="x", note="N"))
        paid = shop.post(f"{at}/transactions/~process", amount=5, **CARD)
        shop.post(f"{at}/transactions/~process", amount=5, **DECLINED_CARD)
        shop.get(f"{at}/transactions/{paid['id']}/~reverse")
        assert len(read("transaction", shop.get(f"{at}/transactions"))) == 4
        assert len(read("allocation", shop.get(f"{at}/transactions/{paid['id']}/allocations/~find"))) == 2
        body = json.dumps(SILENT_CARD | {"amount": 5})
        unknown = shop.send("POST", f"{at}/transactions/~process", body)
        read("error", unknown.json())
        read("error", shop.send("GET", "plans/nothing").json())


def test_the_document_is_served_to_anybody(db, document):
    response = Client().get("/docs/unibill/openapi.json")
    assert (response.status_code, response.json()) == (200, json.loads(json.dumps(document)))
