"""The Go SDK learns from its cron alone whether a subscription is paid, in a trial, overdue or ended.

It stores each charge as it was last answered, and reads again only those with certain stored statuses
(GetSyncValidStatuses of livechat-integrations/go-billing-sdk); an active one not before its next charge.
"""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from tests.dialects.text.world import call
from tests.subscriptions.stories import at, change_card

START = datetime(2027, 1, 31, 10, tzinfo=UTC)
PATH = "/v3/recurrent_charge/livechat"
READ_AGAIN = ("active", "pending", "accepted", "past_due", "frozen")
pytestmark = pytest.mark.django_db


class Cron:
    """A seller's server with one charge stored, synchronised every so often and never called."""

    def __init__(self, world, **fields):
        self.world = world
        with clock.travel_to(START):
            self.subscription = world.subscription("accepted", **fields)
            self.stored = self._ask("GET", "")

    def synchronise(self, instant):
        """Do what SyncCharges does at an instant; return the stored status."""
        with clock.travel_to(instant):
            if self._is_read(instant):
                self.stored = self._ask("GET", "")
            if self.stored["status"] == "accepted":
                self.stored = self._ask("PUT", "/activate")
        return self.stored["status"]

    def _is_read(self, instant):
        if self.stored["status"] not in READ_AGAIN:
            return False
        following = self.stored["next_charge_at"]
        return self.stored["status"] != "active" or instant >= datetime.fromisoformat(following)

    def _ask(self, method, verb):
        answer = call(method, f"{PATH}/{self.subscription.public_id}{verb}", self.world.token())
        assert answer.status_code == 200
        return answer.json()


def test_the_cron_sees_that_a_subscription_was_paid(world):
    cron = Cron(world)
    assert cron.synchronise(START) == "past_due"
    at(START)
    assert cron.synchronise(START + timedelta(minutes=1)) == "active"
    assert cron.stored["next_charge_at"] == "2027-02-28T10:00:00Z"


def test_the_cron_sees_a_trial_and_that_it_was_paid_after_it(world):
    cron = Cron(world, trial_days=14)
    end = START + timedelta(days=14)
    assert cron.synchronise(START) == "active"
    assert cron.synchronise(end) == "past_due"
    at(end)
    assert cron.synchronise(end + timedelta(minutes=1)) == "active"
    assert cron.stored["next_charge_at"] == "2027-03-14T10:00:00Z"


@pytest.mark.django_db(transaction=True)  # Retries run in threads.
def test_the_cron_sees_an_overdue_renewal_and_its_end(world):
    cron = Cron(world)
    cron.synchronise(START)
    at(START)
    cron.synchronise(START + timedelta(minutes=1))
    change_card(cron.subscription, "decline_soft")
    due = datetime(2027, 2, 28, 10, tzinfo=UTC)
    at(due)
    assert cron.synchronise(due) == "past_due"
    for days in (1, 3, 5, 7):
        at(due + timedelta(days=days))
    assert cron.synchronise(due + timedelta(days=7)) == "frozen"


def test_the_cron_sees_that_the_first_payment_was_declined(world):
    cron = Cron(world)
    cron.synchronise(START)
    change_card(cron.subscription, "decline_hard")
    at(START)
    assert cron.synchronise(START + timedelta(minutes=1)) == "frozen"
