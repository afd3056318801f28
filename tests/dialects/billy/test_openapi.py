"""The description of the dialect is valid, complete, and what the server does.

That every answer of the other tests is as described is checked where they ask: in world.call.
"""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS
from jsonschema import ValidationError
from openapi_spec_validator import validate

from dialects.billy.documentation import describe
from dialects.billy.examples import GUIDS
from dialects.billy.urls import urlpatterns
from tests.dialects.billy.described import check_described, find_operation, read_document
from tests.dialects.billy.test_wire import CARD, mask
from tests.dialects.billy.world import UNKNOWN, basic, call, ok

WIRE = [json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "wire").glob("*.json"))]
GUID = re.compile(r"\b(CP|CU|PL|SU|TX|IV)[1-9A-HJ-NP-Za-km-z]{21,22}\b")
# Provoked by test_repeated_requests.py, test_card_testing.py, test_registration.py and, without a length,
# by test_error_handlers.py.
ELSEWHERE = {"key in progress", "too many requests wait", "too many companies", "no length"}


def list_operations():
    for path, methods in read_document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


OPERATIONS = {operation["operationId"]: (method, path) for method, path, operation in list_operations()}


def find(operation_id):
    method, path = OPERATIONS[operation_id]
    return read_document()["paths"][path][method.lower()]


@pytest.mark.slow
def test_it_is_valid_openapi_3_1():
    GENERATOR_STATS.reset()
    document = json.loads(json.dumps(describe()))
    assert document["openapi"] == "3.1.0"
    validate(document)
    assert not GENERATOR_STATS


def test_every_path_is_described_and_no_other():
    served = set()
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + re.sub(r"<str:(\w+)>", r"{\1}", str(pattern.pattern))
        actions = getattr(pattern.callback, "actions", {})
        served |= {(method.upper(), path.rstrip("/")) for method in actions if method != "head"}
    assert {(method, path) for method, path, _ in list_operations()} == served
    assert len(OPERATIONS) == len(served)


def test_every_parameter_of_every_form_is_described():
    for pattern in urlpatterns:
        view = getattr(pattern.callback, "cls", None)
        for action, form in (view.forms if view else {}).items():
            content = find(f"{view.kind.name}_{action}")["requestBody"]["content"]
            assert len(content) == 1
            for media in content.values():
                schema = read_document()["components"]["schemas"][media["schema"]["$ref"].rpartition("/")[2]]
                names = {*form().fields, *getattr(form, "aliases", ())}
                assert set(schema["properties"]) == names
                required = {name for name, field in form().fields.items() if field.required}
                assert set(schema.get("required", ())) == required
    for _, path, operation in list_operations():
        is_page = "List" in str(operation["responses"]["200"]["content"]["application/json"]["schema"])
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        assert names >= ({"offset", "limit"} if is_page else set()), path
        assert ("guid" in names) == ("{guid}" in path)


@pytest.mark.parametrize(
    "name",
    ["plan_create", "subscription_create", "customer_create", "subscription_cancel"],
)
def test_a_parameter_that_is_described_as_required_is_refused_when_it_is_left_out(company, name):
    reference = find(name)["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["$ref"]
    required = read_document()["components"]["schemas"][reference.rpartition("/")[2]].get("required", [])
    method, path = OPERATIONS[name]
    guid = company.subscription()["guid"] if "{guid}" in path else ""
    response = call(method, path.format(guid=guid), company.key, {})
    assert response.status_code == (400 if required else 200)
    assert all(f"{parameter}:" in response.content.decode() for parameter in required)


def test_the_key_is_asked_for_everywhere_but_at_the_registration():
    free = {path for _, path, operation in list_operations() if not operation.get("security")}
    assert free == {"/v1/companies"}
    assert {str(operation["security"]) for *_, operation in list_operations() if "security" in operation} == {
        "[{'apiKey': []}]"
    }


@pytest.mark.parametrize("exchange", WIRE, ids=lambda exchange: exchange["request"]["path"])
def test_an_example_is_the_answer_that_was_written_down(exchange):
    asked = exchange["request"]
    path, method = find_operation(asked["method"], asked["path"])
    (example,) = read_document()["paths"][path][method]["responses"]["200"]["content"]["application/json"][
        "examples"
    ].values()
    assert mask(example["value"]) == mask(exchange["body"])


def test_the_examples_of_invoices_are_real_answers(company):
    company.subscription(plan=company.plan(amount=500, frequency="monthly"), payment_uri=CARD)
    (invoice,) = company.items("invoices")
    example = find("invoice_retrieve")["responses"]["200"]["content"]["application/json"]["examples"]
    masked = mask(invoice), mask(next(iter(example.values()))["value"])
    assert GUID.sub("<guid>", masked[0]) == GUID.sub("<guid>", masked[1])


def ask(name, company, other, key=None, **parameters):
    """Send an action with a key; it is about the other company's record unless a guid is given."""
    method, path = OPERATIONS[name]
    guid = parameters.pop("guid", UNKNOWN[GUIDS[name.partition("_")[0]][:2]])
    return call(method, path.format(guid=guid), key, parameters)


def make(company, kind):
    if kind == "company":
        return company.guid
    if kind in ("customer", "plan"):
        return getattr(company, kind)()["guid"]
    subscription = company.subscription(payment_uri=CARD)
    if kind == "subscription":
        return subscription["guid"]
    return company.items(f"{kind}s")[0]["guid"]


def do_twice(name, company, other):
    guid = make(company, name.partition("_")[0])
    ok(ask(name, company, other, company.key, guid=guid))
    return ask(name, company, other, company.key, guid=guid)


def send_too_much(name, company, other):
    method, path = OPERATIONS[name]
    return call(method, path.format(guid=UNKNOWN["SU"]), company.key, body=b"x" * 70_000)


def take_a_deleted_plan(name, company, other):
    plan = company.plan()
    ok(company.delete(f"plans/{plan['guid']}"))
    return company.subscribe(plan=plan)


def reuse_key(name, company, other):
    method, path = OPERATIONS[name]
    guid = company.subscription()["guid"]
    sent = {"plan_type": "charge", "amount": "5", "frequency": "daily"}
    if name == "subscription_create":
        sent = {"customer_guid": company.customer()["guid"], "plan_guid": company.plan()["guid"]}
    header = {"Idempotency-Key": "one"}
    ok(call(method, path.format(guid=guid), company.key, sent, **header))
    return call(method, path.format(guid=guid), company.key, sent | {"external_id": "x"}, **header)


RECIPES = {
    "no key": ask,
    "of another company": lambda name, company, other: ask(
        name, company, other, company.key, guid=make(other, name.partition("_")[0])
    ),
    "unknown": lambda name, company, other: ask(name, company, other, company.key),
    "bad limit": lambda name, company, other: ask(name, company, other, company.key, limit="x"),
    "too large": send_too_much,
    "key used for another request": reuse_key,
    "no processor key": ask,
    "name too long": lambda name, company, other: ask(
        name, company, other, company.key, external_id="x" * 300
    ),
    "unknown type": lambda name, company, other: ask(
        name, company, other, company.key, plan_type="x", amount="1", frequency="daily"
    ),
    "deleted before": do_twice,
    "canceled before": do_twice,
    "deleted plan": take_a_deleted_plan,
    "plan of another company": lambda name, company, other: company.subscribe(plan=other.plan()),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_refusal_that_is_shown_is_given_by_the_server(company, other, settings, name):
    for status, answer in find(name)["responses"].items():
        if status == "200":
            continue
        assert set(answer["content"]) == {"text/html", "text/plain"}
        for example in answer["content"]["text/plain"]["examples"].values():
            if example["summary"] in ELSEWHERE or example["summary"] == "not open to everybody":
                continue
            response = RECIPES[example["summary"]](name, company, other)
            assert response.status_code == int(status), (example["summary"], response.content)
            said = GUID.sub(r"<\1>", response.content.decode())
            assert said == GUID.sub(r"<\1>", example["value"]), example["summary"]


def test_registration_that_is_closed_is_refused_in_the_words_shown(db, settings):
    settings.COMPANY_CREATION = "closed"
    shown = find("company_create")["responses"]["403"]["content"]["text/html"]["examples"]
    response = call("POST", "/v1/companies", None, {"processor_key": "k"}, Accept="text/html")
    assert response.content.decode() == next(iter(shown.values()))["value"]


def test_an_answer_that_is_not_described_is_noticed():
    answer = SimpleNamespace(status_code=418, headers={"Content-Type": "text/plain"}, content=b"x")
    with pytest.raises(AssertionError, match="not described"):
        check_described("GET", "/v1/plans", answer)
    answer = SimpleNamespace(
        status_code=200, headers={"Content-Type": "application/json"}, json=lambda: {"items": [{"guid": 1}]}
    )
    with pytest.raises(ValidationError):
        check_described("GET", "/v1/plans/?limit=1", answer)


def test_the_document_is_served_to_anybody(db):
    response = Client().get("/docs/billy/openapi.json", headers={"Authorization": basic("x")})
    assert (response.status_code, response.json()) == (200, read_document())
