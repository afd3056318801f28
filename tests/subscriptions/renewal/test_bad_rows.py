"""A row that contradicts another is parked for a person, and everything else goes on."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import F

from charges.collection.batch import send_attempts
from charges.collection.resolve import RECORDED_WITHIN, resolve_attempt
from charges.models import Attempt, AttemptState, Charge, StatusChange
from charges.models.attempt import OPEN_STATES
from core import clock
from ledger.models import AccountKind, TransactionKind
from ledger.postings import CLEARING, AccountRef
from operations.factories import SubscriptionFactory
from subscriptions.lifecycle.cancel import end_due_subscriptions
from subscriptions.lifecycle.hold_and_retry import release_hold
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.renewal.claim import claim_renewals
from tests.ledger.posting import post
from tests.money import captures
from tests.subscriptions.stories import START, at, change_card, day, fetch, paid

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = day("2027-02-28")


@pytest.fixture
def running() -> list[Subscription]:
    """Five subscriptions that have paid for their first month."""
    subscriptions = [SubscriptionFactory(activated=True, at=START) for _ in range(5)]
    at(START)
    return subscriptions


def count_again(subscription: Subscription) -> None:
    """Let a counter fall back by one, as after a careless repair by hand."""
    Subscription.objects.filter(pk=subscription.pk).update(period=0, due_at=START)


@pytest.mark.slow
def test_a_period_that_is_billed_already_is_held_and_the_others_are_billed(running):
    bad, *others = running
    count_again(bad)
    at(SECOND)
    assert [paid(subscription) for subscription in others] == [[(0, "success"), (1, "success")]] * 4
    bad = fetch(bad)
    assert (bad.due_at, bad.held_at) == (None, SECOND)
    assert "IntegrityError" in bad.held_reason
    assert paid(bad) == [(0, "success")]
    assert len(captures()) == 9


def test_when_nothing_can_be_billed_nothing_is_held(running):
    for bad in running:
        count_again(bad)
    at(SECOND)
    assert [fetch(bad).due_at for bad in running] == [START] * 5
    assert len(captures()) == 5


@pytest.mark.slow
def test_what_was_held_is_billed_when_it_is_repaired_and_released(running):
    bad = running[2]
    count_again(bad)
    at(SECOND)
    Subscription.objects.filter(pk=bad.pk).update(period=1)
    with clock.travel_to(SECOND):
        release_hold(bad.pk, actor="finance", reason="The counter was repaired.")
    at(SECOND)
    assert paid(bad) == [(0, "success"), (1, "success")]


@pytest.mark.slow
def test_an_answer_that_cannot_be_recorded_keeps_no_other_from_being_recorded(running):
    with clock.travel_to(SECOND):
        planned = claim_renewals(until=SECOND, limit=10).planned
        bad, *others = Attempt.objects.filter(pk__in=[attempt.id for attempt in planned])
        book_by_hand(bad.charge)
        send_attempts(planned)
    assert {fetch_state(attempt) for attempt in others} == {AttemptState.SUCCEEDED}
    assert fetch_state(bad) == AttemptState.SENDING
    while fetch_state(bad) in OPEN_STATES:
        check_at = Attempt.objects.get(pk=bad.pk).check_at
        with clock.travel_to(check_at), suppress(IntegrityError):  # For the log of the sweep.
            resolve_attempt(bad.pk)
    assert fetch_state(bad) == AttemptState.NEEDS_REVIEW
    assert check_at > SECOND + RECORDED_WITHIN
    assert len(captures()) == 10


def book_by_hand(charge: Charge) -> None:
    """Post the collection of a charge that nobody has collected."""
    moves = {CLEARING: 100, AccountRef(AccountKind.SELLER_PAYABLE, charge.payee_id): -100}
    post(TransactionKind.COLLECTION, charge.key, moves, livemode=not charge.test)


def fetch_state(attempt: Attempt) -> str:
    return Attempt.objects.get(pk=attempt.pk).state


@pytest.mark.slow
def test_a_subscription_that_cannot_be_ended_keeps_no_other_from_ending(running):
    bad, other, *_ = running
    change_card(bad, "decline_soft")
    at(SECOND)
    charge = bad.charges.get(period=1)
    StatusChange.objects.create(charge=charge, from_status="processed", to_status="failed", actor="by hand")
    last_day = SECOND + timedelta(hours=1)
    Subscription.objects.filter(pk__in=[bad.pk, other.pk]).update(
        cancel_at=last_day, event_count=F("event_count") + 1
    )
    with clock.travel_to(last_day):
        assert end_due_subscriptions() == 1
        assert end_due_subscriptions() == 0
    assert fetch(other).status == SubscriptionStatus.CANCELLED
    assert fetch(bad).status == SubscriptionStatus.PAST_DUE
