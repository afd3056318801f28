"""What a buyer used of a trial is remembered over cancelling and asking anew."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from charges.consent import Decider
from charges.errors import TermsChanged
from core import clock
from customers.models import Account, Application
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription, withdraw_subscription
from subscriptions.models import Subscription
from tests.desk import show
from tests.money import run_at_once
from tests.subscriptions.stories import START, at, fetch, paid
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db
DAY = 86_400
TRIAL = {"trial_days": 14, "external_id": "pro"}


@pytest.fixture
def caller():
    account = AccountFactory()
    PaymentOptionFactory(organization=account.organization)
    return CallerFactory(account=account, application=ApplicationFactory())


def decider(subscription) -> Decider:
    account = Account.objects.get(pk=subscription.buyer_account_id)
    return Decider.on_page(account, ip=None, user_agent="")


def accept(subscription, **shown) -> Subscription:
    return accept_subscription(subscription.pk, decider=decider(subscription), **shown)


def use(caller, *, days: float, **fields) -> Subscription:
    """A subscription that began at START and was cancelled after so many days."""
    subscription = SubscriptionFactory(caller=caller, activated=True, at=START, **TRIAL | fields)
    with clock.travel_to(START + timedelta(days=days)):
        return cancel_subscription(subscription.pk, actor="test")


def ask_again(caller, *, day: float = 20, **fields) -> Subscription:
    """Another one, accepted so many days after START."""
    return SubscriptionFactory(caller=caller, accepted=True, at=START + timedelta(days=day), **TRIAL | fields)


@pytest.mark.django_db(transaction=True)
def test_a_second_trial_has_what_the_first_left_to_the_second(caller):
    use(caller, days=3.5)
    again = ask_again(caller)
    assert again.trial_seconds == 10.5 * DAY
    with clock.travel_to(START + timedelta(days=20)):
        activate_subscription(again.pk, actor="app")
    ends_at = START + timedelta(days=30.5)
    begun = fetch(again)
    assert (begun.trial_ends_at, begun.next_charge_at, begun.due_at) == (ends_at,) * 3
    at(days=30, hours=11)
    assert paid(again) == []
    at(ends_at)
    assert paid(again) == [(0, "success")]
    assert_books_are_sound()


@pytest.mark.django_db(transaction=True)
def test_a_used_up_trial_is_none_and_the_first_period_is_due_at_once(caller):
    use(caller, days=14)
    again = ask_again(caller)
    assert again.trial_seconds == 0
    at(START + timedelta(days=20))
    with clock.travel_to(START + timedelta(days=20)):
        begun = activate_subscription(again.pk, actor="app")
    assert (begun.trial_ends_at, begun.next_charge_at) == (None, None)
    at(START + timedelta(days=20))
    assert paid(again) == [(0, "success")]


def test_three_short_trials_add_up(caller):
    use(caller, days=2)
    for day in (20, 30):
        again = ask_again(caller, day=day)
        with clock.travel_to(START + timedelta(days=day)):
            activate_subscription(again.pk, actor="app")
        with clock.travel_to(START + timedelta(days=day + 5)):
            cancel_subscription(again.pk, actor="app")
    assert ask_again(caller, day=40).trial_seconds == 2 * DAY


@pytest.mark.parametrize(
    "other", [{"external_id": "other"}, {"external_id": ""}, {"test": True}], ids=lambda other: str(other)
)
def test_another_thing_has_its_whole_trial(caller, other):
    use(caller, days=14)
    assert ask_again(caller, **other).trial_seconds is None


def test_another_buyer_and_another_app_have_their_whole_trial(caller):
    use(caller, days=14)
    stranger, buyer = AccountFactory(), Account.objects.get(pk=caller.account_id)
    PaymentOptionFactory(organization=stranger.organization)
    app = Application.objects.get(pk=caller.app.id)
    assert ask_again(CallerFactory(account=stranger, application=app)).trial_seconds is None
    assert ask_again(CallerFactory(account=buyer, application=ApplicationFactory())).trial_seconds is None
    assert ask_again(CallerFactory(account=buyer, application=app), day=21).trial_seconds == 0


def test_without_an_external_id_the_name_and_the_product_say_what_is_the_same(caller):
    use(caller, days=4, external_id="", name="Plus")
    assert ask_again(caller, external_id="", name="Basic").trial_seconds is None
    assert ask_again(caller, external_id="", name="Plus", product="helpdesk").trial_seconds is None
    assert ask_again(caller, external_id="", name="Plus").trial_seconds == 10 * DAY


def test_a_trial_under_way_and_one_that_is_accepted_are_not_given_twice(caller):
    SubscriptionFactory(caller=caller, activated=True, at=START, **TRIAL)
    assert ask_again(caller, day=4).trial_seconds == 0
    accepted = ask_again(caller, external_id="two")
    assert ask_again(caller, external_id="two").trial_seconds == 0
    with clock.travel_to(START + timedelta(days=21)):
        withdraw_subscription(accepted.pk, decider=decider(accepted))
    assert ask_again(caller, external_id="two", day=22).trial_seconds is None
    assert ask_again(caller, external_id="two", day=60).trial_seconds is None


def test_the_operator_can_switch_it_off(caller):
    use(caller, days=14)
    Application.objects.filter(pk=caller.app.id).update(remembers_trials=False)
    assert ask_again(caller).trial_seconds is None


def test_the_buyer_accepts_the_trial_that_is_left(caller):
    use(caller, days=4)
    again = SubscriptionFactory(caller=caller, at=START + timedelta(days=20), **TRIAL)
    with clock.travel_to(START + timedelta(days=20)):
        with pytest.raises(TermsChanged):
            accept(again, shown=show(again))
        again.trial_seconds = 10 * DAY
        accepted = accept(again, shown=show(again))
    assert accepted.acceptance.terms_hash == again.terms_hash == fetch(again).terms_hash


@pytest.mark.parametrize("seconds", [None, 10 * DAY + 1])
def test_the_database_gives_no_longer_trial_than_is_left(caller, seconds):
    use(caller, days=4)
    again = SubscriptionFactory(caller=caller, at=START + timedelta(days=20), **TRIAL)
    instant = START + timedelta(days=20)
    accepted = {"status": "accepted", "decided_at": instant, "holds_until": instant, "event_count": 2}
    with pytest.raises(IntegrityError, match="the trial was used before"), transaction.atomic():
        Subscription.objects.filter(pk=again.pk).update(trial_seconds=seconds, **accepted)
    Subscription.objects.filter(pk=again.pk).update(trial_seconds=10 * DAY, **accepted)


def test_the_database_keeps_the_trial_that_was_accepted(caller):
    accepted = ask_again(caller)
    with pytest.raises(IntegrityError, match="the one that was accepted"), transaction.atomic():
        Subscription.objects.filter(pk=accepted.pk).update(trial_seconds=1)
    offered = SubscriptionFactory(caller=caller, trial_days=14)
    with pytest.raises(IntegrityError, match="a_trial_is_not_longer"), transaction.atomic():
        Subscription.objects.filter(pk=offered.pk).update(trial_seconds=14 * DAY + 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_accepted_at_once_one_has_the_trial():
    for _ in range(8):
        account = AccountFactory()
        PaymentOptionFactory(organization=account.organization)
        caller = CallerFactory(account=account, application=ApplicationFactory())
        offers = [SubscriptionFactory(caller=caller, **TRIAL) for _ in range(3)]
        accepted = run_at_once(*[partial(accept, offer) for offer in offers])
        assert sorted(each.trial.days for each in accepted) == [0, 0, 14]
