"""Any number of workers and beats: one charge a period, and the same end whatever dies on the way."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from charges.collection.batch import send_attempts
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.consent import Decider
from charges.models import Attempt, AttemptState, Charge
from core import clock
from gateway.registry import get_gateway
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import renew_due
from subscriptions.tasks import renew
from tests.money import captures, run_at_once, seller_balance
from tests.subscriptions.stories import START, fetch

pytestmark = pytest.mark.django_db(transaction=True)


def make_many(count: int) -> list[Subscription]:
    """Subscriptions of one buyer, activated at START and due there."""
    account = AccountFactory()
    PaymentOptionFactory(organization=account.organization)
    caller = CallerFactory(account=account, application=ApplicationFactory())
    decider = Decider.on_page(account, ip=None, user_agent="")
    with clock.travel_to(START):
        made = [SubscriptionFactory(caller=caller) for _ in range(count)]
        for subscription in made:
            accept_subscription(subscription.pk, decider=decider)
            activate_subscription(subscription.pk, actor="test")
    return made


def at_start(work):
    def run():
        with clock.travel_to(START):
            return work()

    return run


def assert_each_paid_once(subscriptions: list[Subscription]) -> None:
    per_period = Charge.objects.values("subscription", "period").annotate(n=Count("pk"))
    assert {row["n"] for row in per_period} == {1}
    assert len(captures()) == len(subscriptions)
    assert {fetch(s).status for s in subscriptions} == {SubscriptionStatus.ACTIVE}
    assert seller_balance(subscriptions[0]) == 1520 * len(subscriptions)


@pytest.mark.slow
@pytest.mark.parametrize(("many", "limit"), [(80, 12), pytest.param(200, 30, marks=pytest.mark.night)])
def test_two_workers_and_three_beats_on_many_due_subscriptions_charge_each_once(many, limit):
    subscriptions = make_many(many)
    worker = at_start(partial(renew_due, limit=limit))
    beat = at_start(renew)
    results = run_at_once(worker, worker, beat, beat, beat)
    assert not [result for result in results if isinstance(result, Exception)]
    assert_each_paid_once(subscriptions)


def test_renewing_again_at_the_same_instant_does_nothing():
    subscriptions = make_many(5)
    for _ in range(3):
        at_start(renew)()
    assert_each_paid_once(subscriptions)


@pytest.mark.slow
@pytest.mark.parametrize("sent", [0, 2, 5])
def test_dying_between_claim_and_settlement_leads_to_the_same_end(sent):
    subscriptions = make_many(5)
    with clock.travel_to(START):
        planned = claim_renewals(until=START, limit=100).planned
        # The worker calls the gateway for some, and dies before it records any answer.
        for attempt in planned[:sent]:
            get_gateway(attempt.gateway).charge(attempt.movement)
    assert Attempt.objects.filter(state=AttemptState.SENDING).count() == 5
    with clock.travel_to(START + timedelta(seconds=121)):
        resolve_due_attempts()
        collect_due_charges()
    assert_each_paid_once(subscriptions)


def test_a_worker_that_slept_through_its_lease_sends_nothing():
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    SubscriptionFactory(activated=True, at=long_ago)
    with clock.travel_to(long_ago):
        claimed, planned, _ = claim_renewals(until=long_ago, limit=100)
    send_attempts(planned)
    assert (claimed, captures()) == (1, [])


@pytest.mark.slow
def test_cancelling_against_renewing_never_leaves_a_payment_half_booked():
    for _ in range(6):
        subscription = SubscriptionFactory(activated=True, at=START)
        before = len(captures())
        run_at_once(
            at_start(renew_due), at_start(partial(cancel_subscription, subscription.pk, actor="test"))
        )
        assert fetch(subscription).status == SubscriptionStatus.CANCELLED
        taken = len(captures()) - before
        assert subscription.charges.filter(status="success").count() == taken <= 1
        assert seller_balance(subscription) == 1520 * taken


def test_a_claim_locks_what_it_takes_and_passes_over_what_others_hold():
    make_many(2)
    with CaptureQueriesContext(connection) as queries:
        at_start(renew_due)()
    assert any("FOR NO KEY UPDATE" in q["sql"] and "SKIP LOCKED" in q["sql"] for q in queries)


@pytest.mark.slow
def test_a_batch_costs_the_same_number_of_queries_whatever_its_size():
    counts = []
    for size in (5, 50):
        make_many(size)
        with CaptureQueriesContext(connection) as queries:
            at_start(renew_due)()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Subscription.objects.filter(status=SubscriptionStatus.ACTIVE).count() == 55
