"""New cards, retries by hand and released holds: who did it, why, and what follows."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.errors import InvalidField
from operations.factories import OrganizationFactory, PaymentOptionFactory, SubscriptionFactory
from subscriptions.errors import NothingHeld, NothingToRetry
from subscriptions.lifecycle.hold_and_retry import release_hold, retry_now
from subscriptions.lifecycle.payment_option import change_card
from subscriptions.models import SubscriptionStatus
from tests.money import captures
from tests.subscriptions import stories
from tests.subscriptions.stories import START, at, fetch, new_card, paid

pytestmark = pytest.mark.django_db(transaction=True)
WHO = {"actor": "staff:finance", "reason": "asked by the buyer"}


def test_a_new_card_is_tried_at_once_and_used_from_then_on():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    with clock.travel_to(START + timedelta(hours=2)):
        new_card(subscription, "approve")
    at(hours=2)
    subscription = fetch(subscription)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.payment_option.last4 == "1111"
    assert subscription.charges.get().attempts.count() == 2


def test_tries_by_hand_do_not_use_up_the_planned_retries():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    for hours in (2, 4, 6, 8, 10):
        with clock.travel_to(START + timedelta(hours=hours)):
            retry_now(subscription.pk, **WHO)
        at(hours=hours)
    assert subscription.charges.get().collect_at == START + timedelta(days=1)
    assert subscription.charges.get().attempts.count() == 6
    assert fetch(subscription).status == SubscriptionStatus.PROCESSED


def test_there_must_be_something_to_retry():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    with pytest.raises(NothingToRetry):
        retry_now(subscription.pk, **WHO)
    assert len(captures()) == 1


def test_a_released_hold_is_caught_up_in_order_and_not_held_again():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    late = datetime(2027, 7, 1, 10, tzinfo=UTC)
    at(late)
    assert fetch(subscription).held_at == late
    with clock.travel_to(late):
        release_hold(subscription.pk, **WHO)
    at(late)
    assert paid(subscription) == [(n, "success") for n in range(6)]
    assert fetch(subscription).next_charge_at == datetime(2027, 7, 31, 10, tzinfo=UTC)
    assert subscription.history.filter(reason="Released: asked by the buyer").exists()


def test_only_what_is_held_can_be_released():
    with pytest.raises(NothingHeld):
        release_hold(SubscriptionFactory(activated=True, at=START).pk, **WHO)


def test_a_card_of_somebody_else_is_refused():
    subscription = SubscriptionFactory(activated=True, at=START)
    foreign = PaymentOptionFactory(organization=OrganizationFactory())
    with pytest.raises(InvalidField):
        change_card(subscription.pk, payment_option_id=foreign.pk, **WHO)


def test_one_subscription_can_be_moved_to_another_card():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_decline_soft")
    at(START)
    other = PaymentOptionFactory(organization=subscription.buyer)
    with clock.travel_to(START + timedelta(hours=1)):
        change_card(subscription.pk, payment_option_id=other.pk, **WHO)
    at(hours=1)
    assert fetch(subscription).status == SubscriptionStatus.ACTIVE
    assert stories.statuses(subscription)[-2:] == ["processed", "active"]
