"""A seller's test buyers over HTTP: whose they are, what their tokens do, and by whose clock."""

from datetime import timedelta

import pytest

from charges.models import Charge
from core import clock
from customers.models import TestBuyer
from operations.factories import AccountFactory, ApplicationFactory
from testmode.due_clocks import run_due_clocks
from tests.desk import log_in
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import UNKNOWN_ID, call
from tests.testmode.people import payments
from tests.tokens import issue_test_token

pytestmark = pytest.mark.django_db
BASE = "/v3/test/buyers"
NEW = {"name": "Seats", "price": 1900, "months": 1, "return_url": None, "test": True}


def make(world, **wanted):
    answer = call("POST", BASE, owner_token(world), body=wanted)
    assert answer.status_code == 201, answer.content
    return answer.json()


def token_of(world, buyer, **wanted):
    return call("POST", f"{BASE}/{buyer['id']}/token", owner_token(world), body=wanted).json()


def test_the_seller_makes_finds_and_uses_them_and_nobody_else_does(world, django_assert_max_num_queries):
    buyer = make(world, name="Nova")
    assert (buyer["name"], buyer["test_card"], buyer["next_event_at"]) == ("Nova", "approve", None)
    make(world, test_card="stolen")
    owner = owner_token(world)
    with django_assert_max_num_queries(4):
        names = [each["name"] for each in call("GET", BASE, owner).json()["result"]]
    assert names[1:] == ["Nova"]
    token = token_of(world, buyer)
    assert (token["expires_in"], token["scope"]) == (3600, "billing_manage billing--all:rw")
    assert "billing_manage" in token_of(world, buyer, scopes=["billing_manage"])["scope"]

    other = ApplicationFactory()
    stranger = issue_test_token(AccountFactory(organization=other.organization), other)
    for method, path, body in (
        ("GET", "", None),
        ("POST", "/token", {}),
        ("PUT", "/card", {"test_card": "approve"}),
        ("PUT", "/advance", {}),
    ):
        foreign = call(method, f"{BASE}/{buyer['id']}{path}", stranger, body=body)
        unknown = call(method, f"{BASE}/{UNKNOWN_ID}{path}", owner, body=body)
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert foreign.json() == unknown.json()
        buyers_own = call(method, f"{BASE}/{buyer['id']}{path}", token["access_token"], body=body)
        assert buyers_own.status_code == 403
    assert call("GET", BASE, stranger).json() == {"result": []}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "", {"name": 7}, "name"),
        ("POST", "", {"name": "4242 4242 4242 4242"}, "name"),
        ("POST", "", {"test_card": "gold"}, "test_card"),
        ("POST", "/token", {"scopes": "all"}, "scopes"),
        ("POST", "/token", {"scopes": []}, "scopes"),
        ("POST", "/token", {"scopes": ["billing_admin"]}, "scopes"),
        ("PUT", "/card", {}, "test_card"),
        ("PUT", "/advance", {"to": "tomorrow"}, "to"),
        ("PUT", "/advance", {"to": "2026-01-01T00:00:00Z"}, "to"),
        ("PUT", "/advance", {"to": "9999-12-31T23:59:59Z"}, "to"),
    ],
)
def test_nonsense_is_refused_by_the_field(world, method, path, body, field):
    place = f"{BASE}/{make(world)['id']}{path}" if path else BASE
    answer = call(method, place, owner_token(world), body=body)
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["error"]["details"]) == [field]


def test_a_test_buyer_is_never_asked_for_live_money_or_by_others(world):
    token = token_of(world, make(world))["access_token"]
    for kind in ("direct", "recurrent"):
        body = NEW | {"quantity": 1, "test": False}
        refused = call("POST", f"/v3/{kind}_charge/livechat", token, body=body)
        assert (refused.status_code, list(refused.json()["error"]["details"])) == (400, ["test"])
    other = ApplicationFactory()
    foreign = issue_test_token(TestBuyer.objects.get().organization.accounts.get(), other)
    assert call("POST", "/v3/recurrent_charge/livechat", foreign, body=NEW).status_code == 403


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_month_passes_through_the_api_and_the_pages_are_of_that_time(world):
    buyer = make(world)
    owner, token = owner_token(world), token_of(world, buyer)["access_token"]
    sold = call("POST", "/v3/recurrent_charge/livechat", token, body=NEW).json()
    assert sold["created_at"] == buyer["now"]
    one = f"/v3/recurrent_charge/livechat/{sold['id']}"
    assert call("PUT", f"{one}/accept", token).json()["status"] == "accepted"
    assert call("PUT", f"{one}/activate", token).json()["status"] == "past_due"
    place = f"{BASE}/{buyer['id']}"
    assert call("GET", place, owner).json()["next_event_at"] == buyer["now"]
    assert run_due_clocks() == 1
    later = call("PUT", f"{place}/advance", owner, body={}).json()
    assert (later["instants"], later["now"]) == (1, call("GET", one, token).json()["current_charge_at"])
    charge = Charge.objects.order_by("-pk").first()
    assert len(payments(charge.subscription)) == 2

    refund = {"reason": "Not needed", "amount": 100}
    payment = f"{one}/payments/{charge.public_id}/refund"
    assert call("POST", payment, owner, body=refund).status_code == 201
    assert run_due_clocks() == 1
    given_back = charge.refunds.get()
    assert (given_back.status, given_back.created_at) == ("success", charge.created_at)

    offered = call("POST", "/v3/direct_charge/livechat", token, body=NEW | {"quantity": 1}).json()
    assert offered["created_at"] == later["now"]
    page = log_in(TestBuyer.objects.get().organization.accounts.get())
    assert page.get("/account/").status_code == 200
    cards = page.post("/account/cards/add/", {})
    assert cards.status_code == 409
    far = clock.now() + timedelta(days=400)
    assert call("PUT", f"{place}/advance", owner, body={"to": far.isoformat()}).json()["instants"] == 12
    expired = page.get(f"/?id={offered['id']}")
    assert expired.context["page"].situation == "expired"
    assert clock.find_owner() is None
