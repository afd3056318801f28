"""The API's description is valid, says all there is, and its examples are what the server answers."""

import json
import re
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.urls import URLPattern
from openapi_spec_validator import validate

from core import clock
from customers.models import Application
from dialects.text.urls import urlpatterns
from operations.factories import ApplicationFactory
from tests.card_entry import begin, entered
from tests.dialects.text import invoice_recipes, webhook_recipes
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
OPERATION_IDS |= {"v3_cards_list", "v3_cards_default_update", "v3_cards_remove_update"}
OPERATION_IDS |= {"v3_card_entries_create", "v3_card_entries_finish_update"}
OPERATION_IDS |= webhook_recipes.IDS | invoice_recipes.IDS
LICENSE = re.compile(r"\b\d{9}\b")
SESSION = re.compile(r"(?<=/sandbox/cards/)[\w-]+")


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("openapi") / "openapi.json"
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(path)
    )
    return json.loads(path.read_text())


def list_operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def list_examples(answer):
    """Those of an answer; a file has none."""
    return answer["content"].get("application/json", {}).get("examples", {})


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


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
        if operation["operationId"].endswith("_list"):
            assert "Link" in operation["responses"]["200"]["headers"], f"{method} {path}"
        assert "401" in operation["responses"]
        assert {"token": []} in operation["security"]
        assert any("oauth2" in way for way in operation["security"])
    scopes = document["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]["scopes"]
    assert set(scopes) == {"billing_manage", "billing--all:rw", "billing_admin", "ledger_read"}


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
    text = SESSION.sub("<session>", webhook_recipes.SECRETS.sub("<secret>", text))
    return LICENSE.sub("<licence>", CLIENT_ID.sub("<client>", text)).replace("person@", "name@")


def send(world, method, path, **request):
    charge = request.pop("charge", None)
    token = request.pop("token", None)
    ids = {"charge_id": charge.public_id if charge else "1", "card_id": "1", "entry_id": "1"}
    ids |= {"endpoint_id": "1", "event_id": "1", "invoice_id": "1"}
    place = path.format(product="livechat", **ids | request.pop("ids", {}))
    return call(method, place, token, **request)


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
            response = send(
                world, method, path, **webhook_recipes.ask(world, path), body=body, content_type=media_type
            )
            answer = list_examples(operation["responses"][str(response.status_code)])[name]
            assert loosen(response.json()) == loosen(answer["value"]), f"{method} {path} {name}"
            sent += 1
    assert sent == 16


NEW = {
    "name": "Extension",
    "price": 100,
    "quantity": 2,
    "return_url": "https://seller.example/back?plan=gold",
}
GIVEN = {"price_minor": 100, "quantity": 2, "return_url": NEW["return_url"], "per_account": True}


GIVEN_RECURRENT = {
    "price_minor": 1900,
    "trial_days": 7,
    "external_id": "zzh2F1cnc",
    "return_url": NEW["return_url"],
    "per_account": True,
}


def example_of(world, status="pending"):
    if world.kind == "recurrent":
        return world.subscription(status, **GIVEN_RECURRENT)
    return world.charge(status, **GIVEN)


def in_person(world, status="pending"):
    return {"charge": example_of(world, status), "token": world.token(app=world.marketplace)}


def earning(world):
    world.charge("success", **GIVEN)
    return {"token": world.earner_token()}


def by_the_app(world, status="pending"):
    return {"charge": example_of(world, status), "token": world.token()}


def too_late(world):
    with clock.travel_to(clock.now() - timedelta(days=31)):
        charge = example_of(world, "accepted")
    return {"charge": charge, "token": world.token()}


def a_second_one(world):
    app = ApplicationFactory(organization=world.seller)
    world.subscription("processed", app=app, **GIVEN_RECURRENT)
    charge = world.subscription(app=app, **GIVEN_RECURRENT)
    Application.objects.filter(pk=app.pk).update(allows_second=False)
    return {"charge": charge, "token": world.token(app=world.marketplace)}


def reused_key(world):
    token, key = world.token(), {"Idempotency-Key": "one"}
    for version, product in (("v1", ""), ("v2", "/livechat"), ("v3", "/livechat")):
        call("POST", f"/{version}/{world.kind}_charge{product}", token, body=NEW, **key)
    return {"token": token, "body": NEW | {"price": 1}, **key}


def as_card_holder(world, **request):
    return {"token": world.token(app=world.marketplace)} | request


def with_card(world, **ids):
    card = world.buyer.payment_options.get(is_default=True)
    return as_card_holder(world, ids={"card_id": card.public_id, "entry_id": entered(world.account)} | ids)


def with_only_card(world):
    world.charge("accepted", **GIVEN)
    return with_card(world)


# Name of an answer's example -> the request that gets it.
RECIPES = {
    "DirectCharges": by_the_app,
    "DirectCharge": by_the_app,
    "RecurrentCharges": by_the_app,
    "RecurrentCharge": by_the_app,
    "Processed": lambda w: by_the_app(w, "accepted"),
    "Active": lambda w: by_the_app(w, "accepted"),
    "Accepted": in_person,
    "Declined": in_person,
    "Cancelled": lambda w: by_the_app(w, "processed"),
    "Ledger": earning,
    "Balance": earning,
    "Cards": as_card_holder,
    "Card": with_card,
    "RemovedCard": with_card,
    "UnknownCard": as_card_holder,
    "UnknownCardEntry": as_card_holder,
    "OnlyCardOfWhatRuns": with_only_card,
    "NoCardEntered": lambda w: with_card(w, entry_id=begin(w.account).id),
    "BadReturnUrl": lambda w: as_card_holder(w, body={"return_url": "https://elsewhere.example/"}),
    "NotTheMarketplace'sOwnApplication": by_the_app,
    "NoToken": lambda w: {},
    "BadFields": lambda w: {"token": w.token(), "body": {"name": "a", "price": 1.5, "quantity": 1}},
    "BadPage": lambda w: {
        "token": w.token(app=w.marketplace, scopes="billing_manage ledger_read")
        if w.kind == "card"
        else w.token(scopes="billing_manage ledger_read"),
        "query": "?page=0",
    },
    "ScopeMissingForCharges": lambda w: {"token": w.token(scopes="ledger_read")},
    "ScopeMissingForTheLedger": lambda w: {"token": w.token()},
    "NotTheBuyerInPerson": by_the_app,
    "UnknownCharge": lambda w: {"token": w.token()},
    "TooLarge": lambda w: {"token": w.token(), "body": "x" * 70_000},
    "NotAcceptedYet": by_the_app,
    "AlreadyDeclined": lambda w: in_person(w, "declined"),
    "AlreadyAccepted": lambda w: in_person(w, "accepted"),
    "AcceptedTooLongAgo": too_late,
    "OnlyOneAllowed": a_second_one,
    "KeyUsedForAnotherRequest": reused_key,
    **invoice_recipes.RECIPES,
    **webhook_recipes.RECIPES,
}


@pytest.mark.parametrize("operation_id", sorted(OPERATION_IDS))
def test_every_answer_example_is_given_by_the_server(world, document, operation_id):
    method, path, operation = next(
        found for found in list_operations(document) if found[2]["operationId"] == operation_id
    )
    world.kind = next((kind for kind in ("recurrent", "card") if kind in operation_id), "direct")
    for status, answer in sorted(operation["responses"].items()):
        if status in ("201", "204"):
            continue  # Sent by the test above; without a body.
        for name, example in list_examples(answer).items():
            request = RECIPES[name](world)
            response = send(world, method, path + request.pop("query", ""), **request)
            assert response.status_code == int(status), f"{name}: {response.content}"
            assert loosen(response.json()) == loosen(example["value"]), name


def test_no_operation_was_forgotten(document):
    assert {operation["operationId"] for _, _, operation in list_operations(document)} == OPERATION_IDS


def test_the_page_that_shows_it_loads_nothing_from_elsewhere(client, db):
    page = client.get("/docs/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert len(sources) >= 4
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert not re.search(r"<script(?![^>]*src=)", page.content.decode())
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    for source in sources:
        with closing(client.get(source)) as response:
            assert response.status_code == 200, source


def test_the_document_is_served(client, db):
    response = client.get("/docs/openapi.json")
    assert response.status_code == 200
    assert "/v1/direct_charge" in response.json()["paths"]
