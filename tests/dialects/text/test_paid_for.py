"""Whether a buyer's subscription counts as paid for, as the Go SDK decides it from what the API says."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from tests.dialects.text.world import call
from tests.subscriptions.stories import at, change_card, new_card

START = datetime(2027, 1, 31, 10, tzinfo=UTC)
GRACE = timedelta(days=4)
VERSIONS = {
    "v1": "/v1/recurrent_charge",
    "v2": "/v2/recurrent_charge/livechat",
    "v3": "/v3/recurrent_charge/livechat",
}
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Client:
    """A seller's server that reads its charge at several moments."""

    def __init__(self, world, **fields):
        self.world = world
        with clock.travel_to(START):
            accepted = world.subscription("accepted", **fields)
        self.subscription, self.id = accepted, accepted.public_id
        self.put("activate", START)

    def put(self, verb, instant):
        with clock.travel_to(instant):
            response = call("PUT", f"{VERSIONS['v3']}/{self.id}/{verb}", self.world.token())
        assert response.status_code == 200
        return response.json()

    def read(self, instant, version="v3"):
        with clock.travel_to(instant):
            response = call("GET", f"{VERSIONS[version]}/{self.id}", self.world.token())
        assert response.status_code == 200
        return response.json()

    def is_active(self, instant):
        """The same in every version, or the test fails."""
        answers = {is_active(self.read(instant, version), instant) for version in VERSIONS}
        assert len(answers) == 1
        return answers.pop()


def is_active(charge, now):
    """The SDK's rule, for a charge that it has not cancelled on its own side."""
    current, following, trial = (
        charge[name] and datetime.fromisoformat(charge[name])
        for name in ("current_charge_at", "next_charge_at", "trial_ends_at")
    )
    if following is None:
        return False
    if current is None:
        return trial is not None and now < trial
    return charge["status"] in ("active", "past_due") and now < following + GRACE


def day(text):
    return datetime.fromisoformat(text).replace(hour=10, tzinfo=UTC)


def test_before_the_first_payment_nothing_is_paid_for(world):
    client = Client(world)
    assert not client.is_active(START)
    shown = client.read(START)
    assert (shown["status"], shown["current_charge_at"], shown["next_charge_at"]) == ("past_due", None, None)


def test_a_month_is_paid_for_from_its_payment_on(world):
    client = Client(world)
    at(START)
    assert client.is_active(START + timedelta(hours=1))
    shown = client.read(START)
    assert shown["current_charge_at"] == "2027-01-31T10:00:00Z"
    assert shown["next_charge_at"] == "2027-02-28T10:00:00Z"
    for date in ("2027-02-28", "2027-03-31"):
        at(day(date))
        assert client.is_active(day(date))
        assert client.read(day(date))["current_charge_at"] == f"{date}T10:00:00Z"


def test_the_start_of_a_period_stays_the_same_within_it(world):
    client = Client(world)
    at(START)
    first = client.read(START)
    for days in (1, 9, 27):
        at(START + timedelta(days=days))
        assert client.read(START + timedelta(days=days)) == first


def test_a_trial_is_active_until_it_ends_and_then_only_once_paid(world):
    client = Client(world, trial_days=14)
    end = START + timedelta(days=14)
    at(START)
    shown = client.read(START)
    assert shown["status"] == "active"
    assert shown["trial_ends_at"] == shown["next_charge_at"] == "2027-02-14T10:00:00Z"
    assert shown["current_charge_at"] is None
    assert client.is_active(START)
    assert client.is_active(end - timedelta(seconds=1))
    assert not client.is_active(end)
    at(end)
    assert client.is_active(end)
    shown = client.read(end)
    assert (shown["current_charge_at"], shown["next_charge_at"]) == (
        "2027-02-14T10:00:00Z",
        "2027-03-14T10:00:00Z",
    )


def test_a_trial_whose_first_payment_fails_is_over(world):
    client = Client(world, trial_days=7)
    change_card(client.subscription, "decline_hard")
    end = START + timedelta(days=7)
    at(end)
    assert client.read(end)["status"] == "frozen"
    assert not client.is_active(end)


@pytest.mark.django_db(transaction=True)  # Retries run in threads.
def test_past_due_is_active_for_four_days_and_again_once_paid(world):
    client = Client(world)
    at(START)
    due = day("2027-02-28")
    change_card(client.subscription, "decline_soft")
    at(due)
    assert [client.read(due, version)["status"] for version in VERSIONS] == ["active", "active", "past_due"]
    shown = client.read(due)
    assert (shown["current_charge_at"], shown["next_charge_at"]) == (
        "2027-01-31T10:00:00Z",
        "2027-02-28T10:00:00Z",
    )
    assert client.is_active(due)
    assert client.is_active(due + GRACE - timedelta(seconds=1))
    assert not client.is_active(due + GRACE)
    with clock.travel_to(due + timedelta(days=5)):
        new_card(client.subscription, "approve")
    at(due + timedelta(days=5))
    assert client.is_active(due + timedelta(days=5))
    assert client.read(due + timedelta(days=5))["current_charge_at"] == "2027-02-28T10:00:00Z"


@pytest.mark.django_db(transaction=True)  # Retries run in threads.
def test_frozen_is_not_active_until_it_is_started_again_and_paid(world):
    client = Client(world)
    at(START)
    change_card(client.subscription, "decline_soft")
    due = day("2027-02-28")
    for days in (0, 1, 3, 5, 7):
        at(due + timedelta(days=days))
    frozen = due + timedelta(days=7)
    assert client.read(frozen, "v1")["status"] == client.read(frozen)["status"] == "frozen"
    assert not client.is_active(frozen)
    change_card(client.subscription, "approve")
    again = day("2027-03-20")
    assert client.put("activate", again)["status"] == "past_due"
    assert not client.is_active(again)
    at(again)
    assert client.is_active(again)
    shown = client.read(again)
    assert (shown["current_charge_at"], shown["next_charge_at"]) == (
        "2027-03-20T10:00:00Z",
        "2027-04-20T10:00:00Z",
    )


def test_cancelled_is_not_active_and_nothing_follows(world):
    client = Client(world)
    at(START)
    later = START + timedelta(days=3)
    cancelled = client.put("cancel", later)
    assert cancelled["cancelled_at"] == "2027-02-03T10:00:00Z"
    assert not client.is_active(later)
    at(day("2027-03-01"))
    assert client.read(day("2027-03-01")) == cancelled
    assert client.subscription.charges.count() == 1
