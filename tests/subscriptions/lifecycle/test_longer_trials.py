"""Staff let a trial end later: all payments count from there, and the buyer is mailed."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from core import clock
from core.errors import InvalidField
from events.models import Event
from mail.causes.buyers import write_to_buyers
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import queue_mails
from mail.reminders import remind
from operations.factories import SubscriptionFactory
from subscriptions.errors import NoTrialToExtend
from subscriptions.lifecycle.cancel_at_period_end import cancel_at_period_end
from subscriptions.lifecycle.hold_and_retry import hold_subscription, release_hold
from subscriptions.lifecycle.trial_extension import extend_trial
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due
from tests.mail.steps import make_caller
from tests.money import run_at_once
from tests.subscriptions.stories import START, at, fetch, paid

OLD_END, NEW_END = START + timedelta(days=14), START + timedelta(days=20)
WHO = {"actor": "staff:anna", "reason": "They were ill."}


def on_trial(**fields):
    return SubscriptionFactory(activated=True, trial_days=14, at=START, **fields)


def extend(subscription, ends_at=NEW_END, now=START + timedelta(days=3)):
    with clock.travel_to(now):
        return extend_trial(subscription.pk, ends_at=ends_at, **WHO)


@pytest.mark.django_db
def test_the_first_payment_and_all_others_count_from_the_new_end():
    subscription = on_trial()
    longer = extend(subscription)
    assert (longer.status, longer.trial_ends_at, longer.next_charge_at) == ("processed", NEW_END, NEW_END)
    at(OLD_END)
    assert paid(subscription) == []
    at(NEW_END)
    assert paid(subscription) == [(0, "success")]
    assert fetch(subscription).next_charge_at == NEW_END.replace(month=NEW_END.month + 1)
    change = subscription.history.get(reason__startswith="Trial extended")
    assert (change.actor, change.reason) == ("staff:anna", "Trial extended: They were ill.")


@pytest.mark.django_db
def test_its_event_has_the_new_end_and_its_buyer_is_mailed_and_reminded_again():
    subscription = on_trial(caller=make_caller())
    reminders = Mail.objects.filter(kind=Kind.TRIAL_ENDS)
    with clock.travel_to(OLD_END - timedelta(days=2)):
        remind()
    extend(subscription, now=OLD_END - timedelta(days=1))
    event = Event.objects.get(object_id=subscription.public_id, type="subscription.trial_extended")
    assert event.snapshot["next_charge_at"].startswith(f"{NEW_END:%Y-%m-%d}")
    queue_mails(write_to_buyers([event]))
    assert reminders.count() == 2
    with clock.travel_to(NEW_END - timedelta(days=2)):
        remind()
        remind()
    assert reminders.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ends_at",
    [OLD_END, OLD_END - timedelta(seconds=1), START + timedelta(days=370)],
    ids=["the same", "earlier", "more than a year from now"],
)
def test_a_trial_only_gets_longer_and_not_endless(ends_at):
    subscription = on_trial()
    with pytest.raises(InvalidField) as refusal:
        extend(subscription, ends_at)
    assert refusal.value.field == "ends_at"
    assert fetch(subscription).trial_ends_at == OLD_END


@pytest.mark.django_db
def test_what_is_not_on_trial_has_none_to_extend():
    ended, ending, never = on_trial(), on_trial(), SubscriptionFactory(active=True, at=START)
    with clock.travel_to(START):
        cancel_at_period_end(ending.pk, actor="test", ends_at=OLD_END)
    at(OLD_END)
    offer = SubscriptionFactory()
    for subscription, now in ((ended, OLD_END), (ending, START), (never, START), (offer, START)):
        with pytest.raises(NoTrialToExtend):
            extend(subscription, now=now)


@pytest.mark.django_db
def test_one_that_is_held_stays_so_and_is_billed_from_the_new_end():
    subscription = on_trial()
    with clock.travel_to(START + timedelta(days=1)):
        hold_subscription(subscription.pk, **WHO)
    assert extend(subscription).due_at is None
    with clock.travel_to(START + timedelta(days=5)):
        assert release_hold(subscription.pk, **WHO).due_at == NEW_END


@pytest.mark.django_db
@pytest.mark.parametrize("ends_at", [OLD_END - timedelta(days=1), NEW_END])
def test_the_database_lets_no_trial_end_earlier_or_later_in_silence(ends_at):
    subscription = on_trial()
    with pytest.raises(DatabaseError), transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(trial_ends_at=ends_at)


@pytest.mark.django_db(transaction=True)
def test_of_a_renewal_and_a_longer_trial_at_once_one_wins():
    subscription = on_trial()

    def renew():
        with clock.travel_to(OLD_END):
            renew_due()

    run_at_once(renew, partial(extend, subscription, now=OLD_END - timedelta(seconds=1)))
    found = fetch(subscription)
    assert (found.trial_ends_at == NEW_END) is (paid(subscription) == [])
    at(NEW_END)
    assert len(paid(subscription)) == 1
