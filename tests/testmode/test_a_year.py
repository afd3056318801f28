"""A year of a test buyer passes in a moment, each event at its own instant, and for nobody else."""

from datetime import UTC, datetime, time, timedelta

import pytest

from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.disputes.ask import ask_for_disputes
from charges.models import Attempt, Charge
from core import clock
from customers.models import PaymentOption, TestBuyer
from events.models import Event
from ledger.models import LedgerEntry
from mail.models import Mail
from mail.read_events import read_new_events
from mail.reminders import remind
from operations.factories import SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription, end_due_subscriptions
from subscriptions.models import Subscription
from subscriptions.models import SubscriptionStatus as S
from subscriptions.renewal.renew import renew_due
from subscriptions.schedule import Frequency, occurrence
from testmode.advance_clock import advance_test_clock, advance_to_next_event, find_next_event_of
from testmode.cards import change_test_card
from testmode.due_clocks import run_due_clocks
from tests.subscriptions.stories import fetch
from tests.testmode.people import Tried, payments
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DAY = timedelta(days=1)


def test_a_year_with_a_trial_a_failure_a_recovery_and_an_end():
    tried = Tried()
    start = tried.buyer.clock_at
    subscription = tried.subscribe(trial_days=14, price_minor=1900)
    begins = start + 14 * DAY

    def month(number: int) -> datetime:
        return occurrence(begins, number, Frequency.MONTHLY, 1)

    assert find_next_event_of(tried.read()) == begins
    assert advance_to_next_event(tried.buyer.pk) == (begins, 1)
    assert fetch(subscription).status == S.ACTIVE
    assert advance_test_clock(tried.buyer.pk, to=month(5) - DAY).instants == 4
    assert payments(subscription) == [(month(number), "1900 success") for number in range(5)]

    fail_and_recover(tried, subscription, at=month(5))
    ends = (start + 365 * DAY).date()
    with tried.caller().use_clock():
        cancel_subscription(subscription.pk, actor="test", effective_on=ends)
    advance_test_clock(tried.buyer.pk, to=start + 400 * DAY)
    ended = fetch(subscription)
    assert (ended.status, ended.cancelled_at) == (S.CANCELLED, datetime.combine(ends, time(), UTC))
    assert payments(subscription) == [(month(number), "1900 success") for number in range(12)]
    assert find_next_event_of(tried.read()) is None
    assert tried.read().clock_at == start + 400 * DAY
    check_what_is_told(subscription)
    assert_books_are_sound()


def fail_and_recover(tried: Tried, subscription: Subscription, *, at: datetime) -> None:
    """The next payment is declined, so is its retry, and another card pays it at once."""
    change_test_card(tried.read(), test_card="insufficient_funds", actor="test")
    assert advance_to_next_event(tried.buyer.pk).now == at
    assert fetch(subscription).status == S.PAST_DUE
    assert advance_to_next_event(tried.buyer.pk).now == at + DAY
    change_test_card(tried.read(), test_card="approve", actor="test")
    assert fetch(subscription).status == S.ACTIVE
    recovered = subscription.charges.get(due_at=at)
    assert (recovered.created_at, recovered.finished_at) == (at, at + DAY)
    states = recovered.attempts.order_by("number").values_list("state", "sent_at")
    assert list(states) == [("declined", at), ("declined", at + DAY), ("succeeded", at + DAY)]


def check_what_is_told(subscription: Subscription) -> None:
    """Events come in the order of time; nobody is mailed."""
    told = Event.objects.filter(object_id=subscription.public_id).order_by("sequence")
    instants = [event.occurred_at for event in told]
    assert instants == sorted(instants)
    assert [event.type for event in told].count("subscription.renewed") == 12
    read_new_events()
    assert not Mail.objects.exists()


def rows_but_those_of(tried: Tried) -> dict[str, list[dict[str, object]]]:
    """What the tables of money and time hold of others than a test buyer."""
    mine = tried.buyer.pk
    return {
        "buyers": list(TestBuyer.objects.exclude(pk=mine).order_by("pk").values()),
        "cards": list(PaymentOption.objects.order_by("pk").values()),
        "subscriptions": list(Subscription.objects.exclude(buyer=mine).order_by("pk").values()),
        "charges": list(Charge.objects.exclude(buyer=mine).order_by("pk").values()),
        "attempts": list(Attempt.objects.exclude(charge__buyer=mine).order_by("pk").values()),
        "events": list(Event.objects.exclude(buyer_id=mine).order_by("pk").values()),
        "live ledger": list(LedgerEntry.objects.filter(account__livemode=True).order_by("pk").values()),
    }


def test_an_advance_touches_nobody_else():
    tried, other = Tried(), Tried()
    SubscriptionFactory(activated=True, at=clock.now() - DAY)
    SubscriptionFactory(past_due=True, test=True)
    other.subscribe()
    mine = tried.subscribe(funding_source="/cards/timeout_after")
    before = rows_but_those_of(tried)
    advance_test_clock(tried.buyer.pk, to=tried.buyer.clock_at + 100 * DAY)
    assert rows_but_those_of(tried) == before
    assert len(before["charges"]) == 2
    assert [status for _, status in payments(mine)] == ["1900 success"] * 4


def test_the_sweeps_pass_over_test_buyers():
    tried = Tried()
    now = tried.buyer.clock_at
    paid = tried.subscribe(funding_source="/cards/dispute", trial_days=2)
    declined = tried.subscribe(funding_source="/cards/decline_soft")
    run_due_clocks()
    before = [fetch(paid).due_at, declined.charges.get().collect_at]
    with tried.caller().use_clock():
        cancel_subscription(paid.pk, actor="test", effective_on=(now + 40 * DAY).date())
    with clock.travel_to(now + 80 * DAY):
        assert renew_due() == collect_due_charges() == resolve_due_attempts() == 0
        assert end_due_subscriptions() == ask_for_disputes() == remind() == 0
    assert [fetch(paid).due_at, declined.charges.get().collect_at] == before
    advance_test_clock(tried.buyer.pk, to=now + 4 * DAY)
    dispute = paid.charges.get().disputes.get()
    assert dispute.opened_at == now + 3 * DAY + timedelta(seconds=1)
    assert_books_are_sound()


def test_what_is_due_now_is_done_while_time_stands_still():
    tried = Tried()
    subscription = tried.subscribe()
    assert find_next_event_of(tried.read()) == tried.buyer.clock_at
    assert run_due_clocks() == 1
    assert payments(subscription) == [(tried.buyer.clock_at, "1900 success")]
    assert run_due_clocks() == 0
    assert tried.read().clock_at == tried.buyer.clock_at
