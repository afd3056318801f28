"""Every version refuses to activate what was accepted too long ago or taken back, and charges nothing."""

from datetime import timedelta

import pytest

from charges.collection.sweeps import collect_due_charges
from core import clock
from customers.models import Application
from tests.dialects.text.world import call
from tests.money import captures

pytestmark = pytest.mark.django_db(transaction=True)
DOORS = (
    "/v1/direct_charge",
    "/v2/direct_charge/livechat",
    "/v3/direct_charge/livechat",
    "/v1/recurrent_charge",
    "/v2/recurrent_charge/livechat",
    "/v3/recurrent_charge/livechat",
)
LONG_AGO = clock.now() - timedelta(days=31)


def make(world, door, status="pending", *, at=None, **fields):
    if "direct" in door:
        with clock.travel_to(at or clock.now()):
            return world.charge(status, **fields)
    return world.subscription(status, **({"at": at} if at else {}) | fields)


def put(world, door, purchase, verb, **token):
    return call("PUT", f"{door}/{purchase.public_id}/{verb}", world.token(**token))


@pytest.mark.parametrize("door", DOORS)
def test_what_was_accepted_too_long_ago_is_refused_each_time_and_stays_readable(world, door):
    purchase = make(world, door, "accepted", at=LONG_AGO)
    for _ in range(2):
        answer = put(world, door, purchase, "activate")
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert error["type"] == "wrong_state"
        assert error["message"].startswith("The buyer's acceptance is too old and no longer counts.")
        assert error["details"] == {"status": "accepted"}
    assert call("GET", f"{door}/{purchase.public_id}", world.token()).json()["status"] == "accepted"
    collect_due_charges()
    assert captures() == []


@pytest.mark.parametrize("door", DOORS)
def test_what_was_withdrawn_is_declined_in_the_words_of_every_version(world, door):
    purchase = make(world, door, "withdrawn")
    assert call("GET", f"{door}/{purchase.public_id}", world.token()).json()["status"] == "declined"
    listed = call("GET", f"{door}?status=declined", world.token()).json()["result"]
    assert [each["id"] for each in listed] == [str(purchase.public_id)]
    answer = put(world, door, purchase, "activate")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {"status": "declined"}
    assert captures() == []


@pytest.mark.parametrize("door", DOORS)
def test_declining_what_is_accepted_stays_refused_as_it_was(world, door):
    purchase = make(world, door, "accepted")
    answer = put(world, door, purchase, "decline", app=world.marketplace)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {"status": "accepted"}


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_where_the_app_says_so_accepting_starts_it_and_the_client_may_activate_it_all_the_same(world, door):
    Application.objects.filter(pk=world.app.pk).update(starts_when_accepted=True)
    purchase = make(world, door)
    accepted = put(world, door, purchase, "accept", app=world.marketplace)
    assert accepted.status_code == 200
    running = {"direct": "processed", "v3/recurrent": "past_due", "recurrent": "active"}
    expected = next(status for part, status in running.items() if part in door)
    assert accepted.json()["status"] == expected
    for _ in range(2):
        activated = put(world, door, purchase, "activate")
        assert (activated.status_code, activated.json()["status"]) == (200, expected)


@pytest.mark.parametrize("door", DOORS[3:])
def test_a_second_subscription_is_refused_where_the_app_allows_one(world, door):
    Application.objects.filter(pk=world.app.pk).update(allows_second=False)
    first, second = make(world, door, "processed"), make(world, door)
    answer = put(world, door, second, "accept", app=world.marketplace)
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["type"] == "conflict"
    assert error["details"] == {"recurrent_charge_id": str(first.public_id)}
    assert call("GET", f"{door}/{second.public_id}", world.token()).json()["status"] == "pending"


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS[3:])
def test_a_second_trial_ends_when_the_first_one_is_used_up(world, door):
    begun = clock.now() - timedelta(days=20)
    with clock.travel_to(begun):
        first = make(world, door, "activated", at=begun, trial_days=14)
    with clock.travel_to(begun + timedelta(days=4)):
        assert put(world, door, first, "cancel").status_code == 200
    second = make(world, door, trial_days=14)
    path, left = f"{door}/{second.public_id}", {"trial_days": 14, "trial_seconds": 10 * 86_400}
    for token in (world.token(), world.token(app=world.marketplace), world.operator_token()):
        assert call("GET", path, token).json().items() >= left.items()
    assert put(world, door, second, "accept", app=world.marketplace).json().items() >= left.items()
    assert call("GET", door, world.token()).json()["result"][0]["trial_seconds"] == 10 * 86_400
    shown = put(world, door, second, "activate").json()
    ends_at = second.__class__.objects.get(pk=second.pk).activated_at + timedelta(days=10)
    assert shown["trial_days"] == 14
    assert shown["trial_ends_at"] == shown["next_charge_at"] == f"{ends_at:%Y-%m-%dT%H:%M:%SZ}"
    assert shown["status"] == "active"
