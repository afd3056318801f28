"""A second subscription of the same thing: allowed, unless the app lets a buyer have only one."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from charges.consent import Decider
from charges.errors import WrongState
from core import clock
from customers.models import Account
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.errors import AlreadySubscribed
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from tests.money import run_at_once
from tests.subscriptions.stories import fetch

pytestmark = pytest.mark.django_db
BLOCKING = ["accepted", "activated", "active", "past_due", "frozen", "held"]


def make_caller(**fields):
    account = AccountFactory()
    PaymentOptionFactory(organization=account.organization)
    return CallerFactory(account=account, application=ApplicationFactory(**{"allows_second": False} | fields))


def accept(subscription) -> Subscription:
    account = Account.objects.get(pk=subscription.buyer_account_id)
    return accept_subscription(subscription.pk, decider=Decider.on_page(account, ip=None, user_agent=""))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stage", BLOCKING)
def test_it_is_refused_while_the_first_one_may_be_charged_for(stage):
    caller = make_caller()
    first = SubscriptionFactory(caller=caller, **{stage: True})
    second = SubscriptionFactory(caller=caller)
    with pytest.raises(AlreadySubscribed, match="has a subscription of this already") as refusal:
        accept(second)
    assert refusal.value.details == {"recurrent_charge_id": str(first.public_id)}
    assert fetch(second).status == SubscriptionStatus.PENDING
    instant = clock.now()
    with pytest.raises(IntegrityError, match="has this already"), transaction.atomic():
        Subscription.objects.filter(pk=second.pk).update(
            status="accepted", decided_at=instant, holds_until=instant, event_count=2
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stage", ["pending", "declined", "withdrawn", "cancelled"])
def test_it_is_accepted_when_the_first_one_never_ran_or_has_ended(stage):
    caller = make_caller()
    SubscriptionFactory(caller=caller, stage=stage)
    assert accept(SubscriptionFactory(caller=caller)).status == SubscriptionStatus.ACCEPTED


def test_an_acceptance_that_lapsed_is_not_in_the_way():
    caller = make_caller()
    SubscriptionFactory(caller=caller, accepted=True, at=clock.now() - timedelta(days=31))
    assert accept(SubscriptionFactory(caller=caller)).status == SubscriptionStatus.ACCEPTED


@pytest.mark.parametrize("other", [{"name": "Other"}, {"external_id": "x"}, {"test": True}], ids=str)
def test_something_else_is_not_in_the_way(other):
    caller = make_caller()
    SubscriptionFactory(caller=caller, activated=True)
    assert accept(SubscriptionFactory(caller=caller, **other)).status == SubscriptionStatus.ACCEPTED


def test_unless_the_app_says_otherwise_a_buyer_may_have_two():
    caller = make_caller(allows_second=True)
    SubscriptionFactory(caller=caller, activated=True)
    assert accept(SubscriptionFactory(caller=caller)).status == SubscriptionStatus.ACCEPTED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_several_accepted_at_once_one_is():
    for _ in range(8):
        caller = make_caller()
        offers = [SubscriptionFactory(caller=caller) for _ in range(3)]
        results = run_at_once(*[partial(accept, offer) for offer in offers])
        assert sum(isinstance(result, AlreadySubscribed) for result in results) == 2
        assert sorted(fetch(offer).status for offer in offers) == ["accepted", "pending", "pending"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_accepting_and_activating_several_at_once_never_waits_in_a_circle():
    for _ in range(6):
        caller = make_caller(allows_second=True)
        offers = [SubscriptionFactory(caller=caller, trial_days=7) for _ in range(2)]
        works = [partial(accept, offer) for offer in offers * 2]
        works += [partial(activate_subscription, offer.pk, actor="app") for offer in offers * 2]
        results = run_at_once(*works)
        assert {type(result) for result in results} <= {Subscription, WrongState}
        assert {fetch(offer).status for offer in offers} <= {"accepted", "processed"}
