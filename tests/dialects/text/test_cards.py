"""The buyer's cards through the API: only for the marketplace's own application and the billing role."""

import pytest
from django.test import override_settings

from customers.models import CardEntrySession, PaymentOption
from gateway.registry import get_gateway
from operations.factories import AccountFactory, PaymentOptionFactory
from tests.card_entry import begin, entered, type_card
from tests.dialects.text.world import UNKNOWN_ID, call

pytestmark = pytest.mark.django_db
BACK = "https://seller.example/cards"
NEW = {"return_url": BACK}


@pytest.fixture
def card(world):
    return PaymentOption.objects.get(organization=world.buyer)


@pytest.fixture
def token(world):
    return world.token(app=world.marketplace)


def list_routes(card, entry) -> list[tuple[str, str, object]]:
    return [
        ("GET", "/v3/cards", b""),
        ("PUT", f"/v3/cards/{card}/default", b""),
        ("PUT", f"/v3/cards/{card}/remove", b""),
        ("POST", "/v3/card_entries", NEW),
        ("PUT", f"/v3/card_entries/{entry}/finish", b""),
    ]


def test_cards_are_listed_newest_first_with_what_they_pay_for(world, token, card):
    subscription = world.subscription("active", name="Sales Funnel")
    newer = PaymentOptionFactory(organization=world.buyer, brand="amex", last4="0005", exp_year=2024)
    PaymentOptionFactory(organization=world.other_buyer)
    first, second = call("GET", "/v3/cards", token).json()["result"]
    assert (first["id"], first["status"], first["default"]) == (str(newer.public_id), "expired", True)
    assert (first["brand"], first["last4"], first["exp_year"], first["pays_for"]) == (
        "amex",
        "0005",
        2024,
        [],
    )
    assert second["pays_for"] == [
        {"id": str(subscription.public_id), "type": "recurrent_charge", "name": "Sales Funnel"}
    ]
    assert not {"token", "gateway_token"} & first.keys()


def test_twenty_are_on_a_page_and_the_next_one_is_linked(world, token):
    for _ in range(20):
        PaymentOptionFactory(organization=world.buyer)
    first = call("GET", "/v3/cards", token)
    assert len(first.json()["result"]) == 20
    link = first.headers["Link"].partition(">")[0].removeprefix("<http://testserver")
    assert len(call("GET", link, token).json()["result"]) == 1
    assert len(call("GET", "/v3/cards?page=2", token).json()["result"]) == 1


def test_another_buyers_card_is_no_place_in_the_list_and_nothing_is_behind_it(world, token, card):
    foreign = PaymentOptionFactory(organization=world.other_buyer).public_id
    for before in (foreign, UNKNOWN_ID):
        answer = call("GET", f"/v3/cards?before={before}", token)
        assert (answer.status_code, answer.json()["result"]) == (200, [])


def test_a_card_is_entered_in_three_steps(world, token):
    begun = call("POST", "/v3/card_entries", token, body=NEW)
    assert begun.status_code == 201
    entry = begun.json()
    assert entry["url"].startswith("http://127.0.0.1:8000/sandbox/cards/")
    page = get_gateway("sandbox").cards.find_entry(entry["url"].rstrip("/").rpartition("/")[-1])
    assert (page.return_url, page.cancel_url) == (f"{BACK}?session={entry['id']}", BACK)
    finish = f"/v3/card_entries/{entry['id']}/finish"
    assert call("PUT", finish, token).status_code == 422
    type_card(entry["url"], "4444")
    for _ in range(2):
        card = call("PUT", finish, token).json()
        assert (card["brand"], card["last4"], card["default"]) == ("mastercard", "4444", True)
    assert PaymentOption.objects.filter(organization=world.buyer).count() == 2


def test_a_card_is_chosen_and_removed(world, token, card):
    newer = PaymentOptionFactory(organization=world.buyer)
    chosen = call("PUT", f"/v3/cards/{card.public_id}/default", token).json()
    assert chosen["default"] is True
    removed = call("PUT", f"/v3/cards/{card.public_id}/remove", token).json()
    assert (removed["status"], removed["default"], removed["pays_for"]) == ("removed", False, [])
    [left] = call("GET", "/v3/cards", token).json()["result"]
    assert (left["id"], left["default"]) == (str(newer.public_id), True)
    assert call("PUT", f"/v3/cards/{card.public_id}/remove", token).status_code == 404


def test_the_only_card_of_what_runs_is_kept_and_the_reason_said(world, token, card):
    world.subscription("active", name="Sales Funnel")
    answer = call("PUT", f"/v3/cards/{card.public_id}/remove", token)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith("It is the only card and pays for “Sales Funnel”")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("nobody", 401),
        ("app", 403),
        ("earner", 403),
        ("admin", 403),
        ("clerk", 403),
        ("ledger", 403),
        ("other", 404),
        ("colleague", 404),
    ],
)
def test_others_reach_no_card(world, card, kind, status):
    entry = entered(world.account)
    clerk = AccountFactory(organization=world.buyer, has_billing_role=False)
    colleague = AccountFactory(organization=world.buyer)
    token = (
        world.tokens()
        | {
            "clerk": world.token(clerk, world.marketplace),
            "ledger": world.token(app=world.marketplace, scopes="ledger_read"),
            "other": world.token(world.other_account, world.marketplace),
            "colleague": world.token(colleague, world.marketplace),
        }
    )[kind]
    for method, path, body in list_routes(card.public_id, entry):
        is_own_list = status == 404 and ("{" in path or path in ("/v3/cards", "/v3/card_entries"))
        if is_own_list or (kind == "colleague" and "/cards/" in path):
            continue  # What does not name a row of somebody else.
        answer = call(method, path, token, body=body)
        assert answer.status_code == status, (method, path, answer.content)
    assert PaymentOption.objects.filter(organization=world.buyer, is_active=True).count() == 1


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "1", "x" * 300, "%00"])
def test_what_is_unknown_is_not_found(token, unknown):
    for method, path, _ in list_routes(unknown, unknown):
        if unknown in path:
            assert call(method, path, token).status_code in (400, 404), path


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "return_url"),
        ({"return_url": 5}, "return_url"),
        ({"return_url": ""}, "return_url"),
        ({"return_url": "https://elsewhere.example/"}, "return_url"),
        ({"return_url": BACK, "cancel_url": "javascript:alert(1)"}, "cancel_url"),
        ({"return_url": BACK, "cancel_url": None}, "cancel_url"),
        ({"return_url": "https://seller.example/" + "a" * 3_000}, "return_url"),
    ],
)
def test_a_bad_address_is_refused_by_name(token, body, field):
    answer = call("POST", "/v3/card_entries", token, body=body)
    assert answer.status_code == 400
    assert field in answer.json()["error"]["details"]
    assert not CardEntrySession.objects.exists()


def test_a_processor_that_is_away_is_said_to_be(world, token):
    begun = begin(world.account)
    with override_settings(GATEWAYS={"sandbox": "tests.gateway.silent_gateway.SilentGateway"}):
        get_gateway.cache_clear()
        for method, path in (("POST", "/v3/card_entries"), ("PUT", f"/v3/card_entries/{begun.id}/finish")):
            answer = call(method, path, token, body=NEW if method == "POST" else b"")
            assert answer.status_code == 503
            assert answer.json()["error"]["type"] == "internal"


def test_entries_without_end_are_refused_for_a_while(world, token):
    for _ in range(20):
        begin(world.account)
    answer = call("POST", "/v3/card_entries", token, body=NEW)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert answer.json()["error"]["type"] == "rate_limited"
