"""A test charge may name what the sandbox's card does, so that a client can rehearse a decline."""

import pytest
from django.db import IntegrityError, transaction

from charges.collection.single import collect_charge
from charges.models import Charge
from core import clock
from gateway.sandbox_behaviours import TEST_CARD_NAMES
from operations.factories import ChargeFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.dialects.text.world import call
from tests.subscriptions.stories import at

pytestmark = pytest.mark.django_db(transaction=True)
DIRECT, RECURRENT = "/v3/direct_charge/livechat", "/v3/recurrent_charge/livechat"
BODIES = {
    DIRECT: {"name": "Extension", "price": 100, "quantity": 2, "return_url": None},
    "/v1/direct_charge": {"name": "Extension", "price": 100, "quantity": 2, "return_url": None},
    RECURRENT: {"name": "Monthly app", "price": 1900, "return_url": None},
    "/v1/recurrent_charge": {"name": "Monthly app", "price": 1900, "return_url": None},
}


def run(world, path: str, card: str) -> str:
    """Ask for a test charge with this card, accept and activate it, and return its path."""
    made = call("POST", path, world.token(), body=BODIES[path] | {"test": True, "test_card": card})
    assert made.status_code == 201, made.content
    place = f"{path}/{made.json()['id']}"
    for verb in ("accept", "activate"):
        assert call("PUT", f"{place}/{verb}", world.token()).status_code == 200
    return place


@pytest.mark.parametrize(
    ("card", "status", "code"),
    [
        ("approve", "success", ""),
        ("stolen", "failed", "stolen_card"),
        ("insufficient_funds", "failed", "insufficient_funds"),
        ("expired", "failed", "expired_card"),
        ("timeout", "processed", ""),
    ],
)
def test_a_direct_test_charge_does_what_its_card_does(world, card, status, code):
    place = run(world, DIRECT, card)
    charge = Charge.objects.get()
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    assert (attempt.livemode, attempt.gateway, attempt.code) == (False, "sandbox", code)
    shown = call("GET", place, world.token()).json()
    assert (shown["status"], shown["test_card"]) == (status, card)


def test_a_recurrent_test_charge_can_fall_behind_and_be_frozen(world):
    stolen, poor = run(world, RECURRENT, "stolen"), run(world, RECURRENT, "insufficient_funds")
    at(clock.now())
    assert call("GET", stolen, world.token()).json()["status"] == "frozen"
    assert call("GET", poor, world.token()).json()["test_card"] == "insufficient_funds"
    payments = call("GET", DIRECT, world.token()).json()["result"]
    assert {payment["test_card"] for payment in payments} == {"stolen", "insufficient_funds"}


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("test", [False, None])
def test_a_live_charge_names_none(world, path, test):
    body = BODIES[path] | {"test_card": "stolen"} | ({} if test is None else {"test": test})
    refused = call("POST", path, world.token(), body=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["details"] == {"test_card": "is only for charges with test: true"}
    assert not Charge.objects.exists()
    assert not Subscription.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("card", ["", "decline_hard", "4242424242424242", 1, True, [], {}, "STOLEN"])
def test_another_word_is_refused(world, path, card):
    refused = call("POST", path, world.token(), body=BODIES[path] | {"test": True, "test_card": card})
    assert refused.status_code == 400
    assert list(refused.json()["error"]["details"]) == ["test_card"]


@pytest.mark.parametrize("path", BODIES)
def test_who_names_none_is_answered_as_before(world, path):
    for said in ({}, {"test": True}, {"test_card": None}, {"test": True, "test_card": None}):
        made = call("POST", path, world.token(), body=BODIES[path] | said)
        assert made.status_code == 201
        assert "test_card" not in made.json()


@pytest.mark.parametrize("card", TEST_CARD_NAMES)
def test_each_card_is_shown_by_its_name(world, card):
    pairs = f"name=Extension&price=125&quantity=1&test=1&test_card={card}&return_url="
    made = call("POST", "/v1/direct_charge", world.token(), body=pairs, content_type="text/plain")
    assert (made.status_code, made.json()["test_card"]) == (201, card)


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
def test_the_database_refuses_a_named_card_on_a_live_offer(world, factory):
    row = factory()
    with pytest.raises(IntegrityError, match="names_a_card_only_in_a_test"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(funding_source="/cards/approve")
