"""The API's description is valid, says all there is, and its examples are what the server answers."""

import json
import re
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import validate

from core import clock
from dialects.text.documentation import describe
from dialects.text.urls import urlpatterns
from tests.dialects.text import (
    card_recipes,
    invoice_recipes,
    payout_recipes,
    refund_recipes,
    testing_recipes,
    webhook_recipes,
)
from tests.dialects.text.answer_recipes import RECIPES
from tests.dialects.text.world import call, mask

CLIENT_ID = re.compile(r"[0-9a-f]{32}")
ACTIONS = ("list", "create", "retrieve", "activate_update", "accept_update", "decline_update")
VERSIONS = ("v1", "v2", "v3")
OPERATION_IDS = {f"{version}_direct_charge_{action}" for version in VERSIONS for action in ACTIONS}
OPERATION_IDS |= {
    f"{version}_recurrent_charge_{action}" for version in VERSIONS for action in (*ACTIONS, "cancel_update")
}
OPERATION_IDS |= {f"v1_ledger_{action}" for action in ("list", "balance_retrieve")}
OPERATION_IDS |= {f"v2_ledger_livechat_{action}" for action in ("list", "balance_retrieve")}
OPERATION_IDS |= {"v3_statements_list", "v3_statements_retrieve", "v3_statements_lines_list"}
OPERATION_IDS |= card_recipes.IDS | webhook_recipes.IDS | refund_recipes.IDS | payout_recipes.IDS
OPERATION_IDS |= invoice_recipes.IDS | testing_recipes.IDS
# Everybody may read these; tests/dialects/text/test_day_roots.py has their answers.
PUBLIC_IDS = {"v3_day_roots_list", "v3_signing_keys_list"}
LICENSE = re.compile(r"\b\d{9}\b")
MONTH = re.compile(r"(?<=\"month\": \")\d{4}-\d\d")
SESSION = re.compile(r"(?<=/sandbox/cards/)[\w-]+")


@pytest.fixture(scope="session")
def document():
    """It is made once: tests with a database run apart from the others of this module."""
    return json.loads(json.dumps(describe()))


def list_operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def list_examples(answer):
    return answer["content"]["application/json"]["examples"]


def list_json_examples(answer):
    """Those of an answer; a file has none."""
    return answer["content"].get("application/json", {}).get("examples", {})


@pytest.mark.slow
def test_the_document_is_valid_openapi_3_1():
    GENERATOR_STATS.reset()
    document = json.loads(json.dumps(describe()))
    assert document["openapi"].startswith("3.1")
    validate(document)
    assert not GENERATOR_STATS


def test_every_operation_says_what_it_does_in_a_line(document):
    summaries = [operation["summary"] for _, _, operation in list_operations(document)]
    assert all(5 < len(summary) < 90 and not summary.endswith(".") for summary in summaries)


def test_every_path_is_described_and_no_other(document):
    described = {(method, path) for method, path, _ in list_operations(document)}
    served = set()
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + re.sub(r"<str:(\w+)>", r"{\1}", pattern.pattern._route)
        actions = getattr(pattern.callback, "actions", {})
        served |= {(method.upper(), path.rstrip("/")) for method in actions if method != "head"}
    assert described == served


def test_headers_and_ways_in_are_described(document):
    post = document["paths"]["/v2/direct_charge/{product}"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}
    assert "Idempotent-Replayed" in post["responses"]["201"]["headers"]
    for method, path, operation in list_operations(document):
        if operation["operationId"] in PUBLIC_IDS:
            assert "401" not in operation["responses"]
            continue
        if operation["operationId"].endswith("_list"):
            assert "Link" in operation["responses"]["200"]["headers"], f"{method} {path}"
        assert "401" in operation["responses"]
        assert {"token": []} in operation["security"]
        assert any("oauth2" in way for way in operation["security"])
    scopes = document["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]["scopes"]
    of_charges = {"billing_manage", "billing--all:rw", "billing_admin"}
    assert set(scopes) == of_charges | {"ledger_read", "payouts_manage"}


def test_null_is_for_json_and_not_for_forms(document):
    schemas = document["components"]["schemas"]

    def list_types(name):
        return [field.get("type") for field in schemas[name]["properties"].values()]

    assert ["boolean", "null"] in list_types("NewChargeByAdmin")
    for name in ("NewChargeByAdminAsForm", "NewRecurrentChargeByAdminAsForm"):
        assert not [each for each in list_types(name) if isinstance(each, list)]


def test_past_due_is_a_status_of_version_3_only(document):
    schemas = document["components"]["schemas"]
    assert "past_due" in schemas["RecurrentChargeStatus"]["enum"]
    assert set(schemas["RecurrentChargeStatus"]["enum"]) - {"past_due"} == set(
        schemas["RecurrentChargeV2Status"]["enum"]
    )
    for version in VERSIONS:
        path = f"/{version}/recurrent_charge" + ("" if version == "v1" else "/{product}")
        parameters = document["paths"][path]["get"]["parameters"]
        statuses = next(p["schema"]["enum"] for p in parameters if p["name"] == "status")
        assert ("past_due" in statuses) == (version == "v3")


def test_version_1_has_neither_products_nor_a_filter_by_recurrent_charge(document):
    for _, path, operation in list_operations(document):
        if path.startswith("/v1/"):
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            assert not names & {"product", "recurrent_charge_id"}


def loosen(value):
    """A body as text, without what differs between the example's tenants and the test's."""
    text = mask(json.dumps(value, indent=1))
    for secrets in (webhook_recipes.SECRETS, testing_recipes.SECRETS):
        text = secrets.sub("<secret>", text)
    text = SESSION.sub("<session>", text)
    text = MONTH.sub("<month>", text)
    return LICENSE.sub("<licence>", CLIENT_ID.sub("<client>", text)).replace("person@", "name@")


def send(world, method, path, **request):
    charge = request.pop("charge", None)
    token = request.pop("token", None)
    ids = {"charge_id": charge.public_id if charge else "1", "card_id": "1", "entry_id": "1"}
    ids |= {"endpoint_id": "1", "event_id": "1", "payment_id": "1", "refund_id": "1", "payout_id": "1"}
    ids |= {"month": f"{clock.now():%Y-%m}", "invoice_id": "1", "buyer_id": "1"}
    place = path.format(product="livechat", **ids | request.pop("ids", {}))
    return call(method, place, token, **request)


@pytest.mark.slow
def test_every_request_example_gets_the_answer_of_its_name(world, document):
    sent = 0
    for method, path, operation in list_operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        for media_type, name, example in [
            (media_type, name, example["value"])
            for media_type, media in content.items()
            for name, example in media.get("examples", {}).items()
        ]:
            body = example if "json" in media_type else urlencode(example).replace("True", "true")
            request = find_recipes(path)(world, path)
            response = send(world, method, path, **request | {"body": body, "content_type": media_type})
            answer = list_examples(operation["responses"][str(response.status_code)])[name]
            assert loosen(response.json()) == loosen(answer["value"]), f"{method} {path} {name}"
            sent += 1
    assert sent == 23


def find_recipes(path):
    """Return what makes the world in which a path answers."""
    if "/payouts" in path:
        return lambda world, path: payout_recipes.rich(world)
    if "/v3/test/" in path:
        return testing_recipes.ask
    return (refund_recipes if "/refund" in path else webhook_recipes).ask


@pytest.mark.slow
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("operation_id", sorted(OPERATION_IDS))
def test_every_answer_example_is_given_by_the_server(world, document, operation_id, every):
    """A refusal that many operations have is tried at each fourth; whatever few have, at each."""
    place, common = sorted(OPERATION_IDS).index(operation_id), list_common(document)
    method, path, operation = next(
        found for found in list_operations(document) if found[2]["operationId"] == operation_id
    )
    world.kind = next((kind for kind in ("recurrent", "card") if kind in operation_id), "direct")
    examples = [
        (status, name, example)
        for status, answer in sorted(operation["responses"].items())
        if status not in ("201", "204")  # Sent by the test above; without a body.
        for name, example in list_json_examples(answer).items()
    ]
    for number, (status, name, example) in enumerate(examples):
        if (number + place) % every and name in common:
            continue
        request = RECIPES[name](world)
        response = send(world, method, path + request.pop("query", ""), **request)
        assert response.status_code == int(status), f"{name}: {response.content}"
        assert loosen(response.json()) == loosen(example["value"]), name


def list_common(document) -> set[str]:
    """Return the names of the refusals that more than eight operations show."""
    found = Counter(
        name
        for _, _, operation in list_operations(document)
        for status, answer in operation["responses"].items()
        if status[0] == "4"
        for name in list_json_examples(answer)
    )
    return {name for name, times in found.items() if times > 8}


def test_no_operation_was_forgotten(document):
    assert {
        operation["operationId"] for _, _, operation in list_operations(document)
    } == OPERATION_IDS | PUBLIC_IDS


@pytest.mark.parametrize("path", ["/docs/text/openapi.json", "/docs/openapi.json"])
def test_the_document_is_served(client, db, document, path):
    response = client.get(path)
    assert (response.status_code, response.json()) == (200, document)
