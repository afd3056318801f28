"""What a seller can be paid, and its payouts, through the API: its own, by scope and role, once a key."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operations.factories import AccountFactory, PayoutFactory
from payouts.models import Payout
from tests.dialects.text.payout_recipes import ask, rich, seller_token
from tests.dialects.text.world import UNKNOWN_ID, World, call
from tests.module_rows import rows_of_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def token(request: pytest.FixtureRequest, _world_of_module: World) -> Iterator[str]:
    with rows_of_module(request, lambda: rich(_world_of_module)["token"]) as made:
        yield made


def list_routes(payout) -> list[tuple[str, str, object]]:
    return [
        ("GET", "/v3/balance", b""),
        ("GET", "/v3/payouts", b""),
        ("POST", "/v3/payouts", {"amount": 1_000}),
        ("GET", f"/v3/payouts/{payout}", b""),
        ("PUT", f"/v3/payouts/{payout}/cancel", b""),
    ]


def test_a_seller_asks_sees_and_takes_back(world, token):
    made = call("POST", "/v3/payouts", token, body={"amount": 5_000, "currency": "USD"})
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    one = f"/v3/payouts/{made.json()['id']}"
    assert call("GET", one, token).json() == made.json()
    assert call("GET", "/v3/balance", token).json()["available"] == 1_000
    assert [call("PUT", f"{one}/cancel", token).json()["status"] for _ in range(2)] == ["cancelled"] * 2
    assert call("GET", "/v3/balance", token).json()["available"] == 6_000


def test_the_ledger_shows_a_withdrawal(world, token):
    call("POST", "/v3/payouts", token)
    lines = call("GET", "/v2/ledger/livechat", world.earner_token()).json()["result"]
    assert (lines[0]["type"], lines[0]["value"], lines[0]["name"]) == ("withdrawal", 6_000, "Payout")
    assert call("GET", "/v2/ledger/livechat/balance", world.earner_token()).json() == {"balance": 4_000}


def test_under_one_key_one_payout_is_asked_for(world, token):
    key = {"Idempotency-Key": "one"}
    first, second = (call("POST", "/v3/payouts", token, body={"amount": 2_000}, **key) for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    other = call("POST", "/v3/payouts", token, body={"amount": 3_000}, **key)
    assert (other.status_code, Payout.objects.count()) == (422, 1)


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"amount": 6_001}, 422, "Only 60.00 USD is available."),
        ({"amount": 999}, 422, "10.00 USD at least"),
        ({"amount": 0}, 400, "amount"),
        ({"amount": -1}, 400, "amount"),
        ({"amount": 1.5}, 400, "amount"),
        ({"amount": "5000"}, 400, "amount"),
        ({"amount": True}, 400, "amount"),
        ({"amount": 10**30}, 400, "amount"),
        ({"amount": None}, 400, "amount"),
        ({"currency": "usd"}, 400, "currency"),
        ({"currency": 5}, 400, "currency"),
        ({"currency": "🪙"}, 400, "currency"),
        ({"currency": "EUR"}, 422, "no account"),
        ([1], 400, ""),
    ],
)
def test_what_cannot_be_paid_is_refused_in_words(world, token, body, status, word):
    answer = call("POST", "/v3/payouts", token, body=body)
    assert answer.status_code == status, answer.content
    assert word in answer.json()["error"]["message"]
    assert not Payout.objects.exists()


@pytest.mark.parametrize("kind", ["other seller", "without the role", "without the scope", "buyer", "nobody"])
def test_nobody_else_sees_or_moves_anything(world, token, kind):
    payout = ask(world)
    seller = AccountFactory(organization=world.seller, has_billing_role=False)
    who, status = {
        "other seller": (seller_token(world, account=AccountFactory(organization=world.other_buyer)), 404),
        "without the role": (seller_token(world, account=seller), 403),
        "without the scope": (seller_token(world, scopes="ledger_read billing_manage"), 403),
        "buyer": (world.token(scopes="payouts_manage"), 404),
        "nobody": (None, 401),
    }[kind]
    for method, path, body in list_routes(payout.public_id):
        answer = call(method, path, who, body=body)
        if status != 404 or str(payout.public_id) in path:
            assert answer.status_code == status, (method, path, answer.content)
        else:
            assert re.search(r":\s*5000\b", answer.content.decode()) is None
    assert Payout.objects.get().status == "requested"


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "1", "x" * 300, "%00"])
def test_what_is_unknown_is_not_found(token, unknown):
    for method, path, _ in list_routes(unknown)[3:]:
        assert call(method, path, token).status_code in (400, 404), path


@pytest.mark.slow
def test_lists_are_paged_and_cost_the_same_for_more_rows(world, token):
    account = world.seller.payout_accounts.get()
    PayoutFactory(account=account)
    with CaptureQueriesContext(connection) as few:
        call("GET", "/v3/payouts", token)
    for _ in range(20):
        PayoutFactory(account=account, amount_minor=1_000, earned_minor=1_000)
    with CaptureQueriesContext(connection) as many:
        first = call("GET", "/v3/payouts", token)
    assert (len(first.json()["result"]), len(few)) == (20, len(many))
    link = first.headers["Link"].partition(">")[0].removeprefix("<http://testserver")
    assert len(call("GET", link, token).json()["result"]) == 1


def test_the_iban_is_never_told(world, token):
    ask(world)
    assert "0532013000" not in call("GET", "/v3/payouts", token).content.decode()
