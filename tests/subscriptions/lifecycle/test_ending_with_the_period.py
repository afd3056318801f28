"""Cancelling at the end of the paid time, and keeping it until then."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from charges.collection.batch import send_attempts
from charges.consent import Decider
from charges.errors import WrongState
from core import clock
from customers.errors import BillingRoleMissing
from events.models import Event
from operations.factories import AccountFactory, SubscriptionFactory
from subscriptions.errors import EndMoved, SubscriptionNotFound
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription, end_due_subscriptions
from subscriptions.lifecycle.cancel_at_period_end import (
    cancel_at_period_end,
    find_paid_end,
    keep_subscription,
)
from subscriptions.models import Subscription
from subscriptions.renewal.claim import claim_renewals
from tests.money import run_at_once
from tests.subscriptions.stories import START, at, day, fetch, paid
from tests.verification import assert_books_are_sound

ME = "page/account:me"
END = day("2027-02-28")
SECOND = timedelta(seconds=1)


def end_with_period(subscription: Subscription, ends_at=END, now=START + timedelta(days=3)) -> Subscription:
    with clock.travel_to(now):
        return cancel_at_period_end(subscription.pk, actor=ME, ends_at=ends_at, reason="Enough")


def told_of(subscription: Subscription) -> list[str]:
    events = Event.objects.filter(object_id=subscription.public_id)
    return [str(event.type) for event in events.order_by("sequence")][-2:]


@pytest.mark.django_db
def test_it_ends_at_the_very_instant_and_is_not_renewed():
    subscription = SubscriptionFactory(active=True, at=START)
    waiting = end_with_period(subscription)
    assert (waiting.status, waiting.cancel_at, waiting.next_charge_at) == ("active", END, END)
    with clock.travel_to(END - SECOND):
        assert end_due_subscriptions() == 0
    at(END)
    with clock.travel_to(END):
        assert (end_due_subscriptions(), end_due_subscriptions()) == (1, 0)
    ended = fetch(subscription)
    assert (ended.status, ended.cancelled_at) == ("cancelled", END)
    at(days=90)
    assert paid(subscription) == [(0, "success")]
    assert told_of(subscription) == ["subscription.ending", "subscription.cancelled"]
    assert_books_are_sound()


@pytest.mark.django_db
def test_nothing_is_billed_after_the_end_although_nobody_has_swept_yet():
    subscription = SubscriptionFactory(active=True, at=START)
    end_with_period(subscription)
    at(END + timedelta(hours=5))
    assert paid(subscription) == [(0, "success")]
    for put_off in (
        keep_subscription,
        partial(cancel_subscription, effective_on=END.date() + timedelta(days=60)),
    ):
        with clock.travel_to(END + timedelta(hours=5)), pytest.raises(WrongState):
            put_off(subscription.pk, actor=ME)


@pytest.mark.django_db
def test_a_trial_ends_with_its_last_instant_and_costs_nothing():
    subscription = SubscriptionFactory(activated=True, trial_days=14, at=START)
    end_with_period(subscription, START + timedelta(days=14))
    at(days=14)
    with clock.travel_to(START + timedelta(days=14)):
        assert end_due_subscriptions() == 1
    assert (fetch(subscription).status, paid(subscription)) == ("cancelled", [])


@pytest.mark.django_db
def test_it_is_kept_and_goes_on_as_before():
    subscription = SubscriptionFactory(active=True, at=START)
    end_with_period(subscription)
    with clock.travel_to(END - SECOND):
        for _ in range(2):
            kept = keep_subscription(subscription.pk, actor=ME)
    assert (kept.status, kept.cancel_at) == ("active", None)
    assert told_of(subscription) == ["subscription.ending", "subscription.kept"]
    assert [(row.reason, row.actor) for row in subscription.history.all()][-2:] == [
        ("Enough", ME),
        ("Kept", ME),
    ]
    at(END)
    assert paid(subscription) == [(0, "success"), (1, "success")]


@pytest.mark.django_db
def test_asking_again_changes_nothing_and_another_end_than_was_shown_is_refused():
    subscription = SubscriptionFactory(active=True, at=START)
    for wrong in (END - SECOND, START, END.replace(year=2028)):
        with pytest.raises(EndMoved):
            end_with_period(subscription, wrong)
    for _ in range(2):
        end_with_period(subscription)
    assert fetch(subscription).history.filter(reason="Enough").count() == 1
    assert subscription.adjustments.count() == 1


@pytest.mark.slow
@pytest.mark.django_db
def test_a_payment_under_way_is_for_the_time_until_the_end_and_one_that_fails_is_for_none():
    subscription = SubscriptionFactory(activated=True, at=START)
    with clock.travel_to(START):
        claim_renewals(until=START, limit=10)
        assert find_paid_end(fetch(subscription)) == END
    for trait in ("retried", "past_due", "frozen", "cancelled", "held", "accepted"):
        other = SubscriptionFactory(**{trait: True})
        assert find_paid_end(fetch(other)) is None, trait
        refused = EndMoved if trait in ("retried", "past_due", "frozen", "held") else WrongState
        with pytest.raises(refused):
            cancel_at_period_end(other.pk, actor=ME, ends_at=clock.now())


@pytest.mark.django_db
def test_what_is_frozen_and_to_end_is_not_started_anew():
    subscription = SubscriptionFactory(activated=True, card="tok_test_decline_hard", at=START)
    with clock.travel_to(START):
        planned = claim_renewals(until=START, limit=10).planned
        end_with_period(subscription, now=START)
        send_attempts(planned)
    assert fetch(subscription).status == "frozen"
    with clock.travel_to(START + timedelta(days=2)), pytest.raises(WrongState):
        activate_subscription(subscription.pk, actor="app")
    with clock.travel_to(END):
        assert end_due_subscriptions() == 1


@pytest.mark.django_db
def test_only_the_buyer_with_the_billing_role_ends_or_keeps_it():
    subscription = SubscriptionFactory(active=True, at=START)
    clerk = AccountFactory(organization=subscription.buyer, has_billing_role=False)
    acts = (partial(cancel_at_period_end, ends_at=END), keep_subscription)
    for account, refusal in ((AccountFactory(), SubscriptionNotFound), (clerk, BillingRoleMissing)):
        decider = Decider.on_page(account, ip=None, user_agent="")
        for act in acts:
            with pytest.raises(refusal):
                act(subscription.pk, actor=decider)


@pytest.mark.django_db
def test_the_database_refuses_an_end_that_is_not_told():
    subscription = SubscriptionFactory(active=True)
    with pytest.raises(IntegrityError, match="without an event"), transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(cancel_at=clock.now())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_keeping_and_ending_and_renewing_at_once_come_to_one_of_two_ends():
    for instant in (END - SECOND, END):
        subscription = SubscriptionFactory(active=True, at=START)
        end_with_period(subscription)

        def then(work, instant=instant):
            with clock.travel_to(instant):
                return work()

        keep = partial(then, partial(keep_subscription, subscription.pk, actor=ME))
        sweep = partial(then, end_due_subscriptions)
        renew = partial(then, partial(claim_renewals, until=instant, limit=10))
        run_at_once(keep, sweep, renew, keep, sweep, renew)
        after = fetch(subscription)
        is_over = instant == END
        assert (after.status, after.cancel_at) == (("cancelled", END) if is_over else ("active", None))
        at(END)
        assert len(paid(subscription)) == (1 if is_over else 2)
    assert_books_are_sound()
