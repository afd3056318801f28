"""Cancelling while a payment is with the gateway: what was taken is booked, nothing new is sent."""

from datetime import timedelta

import pytest

from charges.collection.batch import send_attempts
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.models import AttemptState, ChargeStatus
from core import clock
from operations.factories import SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.models import SubscriptionStatus
from subscriptions.renewal.claim import claim_renewals
from tests.money import captures, seller_balance
from tests.subscriptions.stories import START, change_card, fetch

pytestmark = pytest.mark.django_db(transaction=True)


def cancel_in_flight(card: str):
    """A subscription cancelled after its payment was claimed and before the gateway was called."""
    subscription = SubscriptionFactory(activated=True, at=START, card=card)
    with clock.travel_to(START):
        planned = claim_renewals(until=START, limit=10).planned
        cancel_subscription(subscription.pk, actor="test")
        send_attempts(planned)
    change_card(subscription, "approve")
    return subscription


def work_for_days(days: int) -> None:
    for hours in range(0, 24 * days, 6):
        with clock.travel_to(START + timedelta(hours=hours, minutes=1)):
            collect_due_charges()
            resolve_due_attempts()


def test_a_payment_that_got_through_is_booked():
    subscription = cancel_in_flight("tok_test_approve")
    assert subscription.charges.get().status == ChargeStatus.SUCCESS
    assert seller_balance(subscription) == 1520
    assert fetch(subscription).status == SubscriptionStatus.CANCELLED


@pytest.mark.parametrize("card", ["tok_test_decline_soft", "tok_test_decline_hard", "tok_test_unreachable"])
def test_a_payment_that_did_not_is_given_up_and_never_tried_again(card):
    subscription = cancel_in_flight(card)
    assert subscription.charges.get().status == ChargeStatus.FAILED
    work_for_days(9)
    assert captures() == []
    assert subscription.charges.get().attempts.count() == 1


def test_a_request_that_was_lost_is_cancelled_and_not_sent_again():
    subscription = cancel_in_flight("tok_test_timeout_before")
    work_for_days(3)
    assert captures() == []
    assert subscription.charges.get().attempts.get().state == AttemptState.VOIDED
    assert subscription.charges.get().status == ChargeStatus.FAILED


def test_a_capture_whose_answer_was_lost_is_found_and_booked():
    subscription = cancel_in_flight("tok_test_timeout_after")
    work_for_days(1)
    assert len(captures()) == 1
    assert seller_balance(subscription) == 1520
