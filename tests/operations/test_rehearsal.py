"""A year rehearsed with `manage.py bill --as-of`: each event at its own instant, in order, once."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from charges.models import Charge
from core import clock
from ledger.models import LedgerTransaction
from operations.factories import SubscriptionFactory
from operations.verification import find_breaches
from subscriptions.lifecycle.cancel import cancel_subscription, end_due_subscriptions
from subscriptions.models import SubscriptionStatus
from tests.money import captures, seller_balance
from tests.subscriptions.stories import change_card, fetch, paid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def now():
    """A minute from now: rehearsals go on from the present, as they do for an operator."""
    return clock.now().replace(microsecond=0) + timedelta(minutes=1)


def bill(until: datetime, *flags: str) -> str:
    out = StringIO()
    call_command("bill", "--as-of", until.isoformat(), *flags, stdout=out)
    return out.getvalue()


def test_a_year_is_twelve_payments_at_their_own_instants(now):
    subscription = SubscriptionFactory(activated=True, at=now)
    summary = bill(now + timedelta(days=364))
    assert "collected 12" in summary
    charges = list(subscription.charges.order_by("period"))
    assert [charge.created_at for charge in charges] == [charge.due_at for charge in charges]
    assert [charge.finished_at for charge in charges] == [charge.due_at for charge in charges]
    assert seller_balance(subscription) == 12 * 1520


@pytest.mark.parametrize("days", [None, 40], ids=["at once", "on a day that was rehearsed"])
def test_cancelling_after_a_rehearsal_is_no_breach_whenever_one_looks(now, days):
    subscription = SubscriptionFactory(activated=True, at=now)
    bill(now + timedelta(days=200))
    ends_on = (now + timedelta(days=days)).date() if days else None
    cancel_subscription(subscription.pk, actor="test", reason="Enough.", effective_on=ends_on)
    for later in (1, 100, 400):
        with clock.travel_to(now + timedelta(days=later)):
            end_due_subscriptions()
            assert "I-27" not in {breach.invariant.id for breach in find_breaches()}, later


def test_rehearsing_twice_changes_nothing(now):
    subscription = SubscriptionFactory(activated=True, at=now)
    until = now + timedelta(days=100)
    bill(until)
    before = list(Charge.objects.order_by("pk").values())
    assert "collected 0" in bill(until)
    assert list(Charge.objects.order_by("pk").values()) == before
    assert fetch(subscription).next_charge_at > until


def test_trials_renewals_and_retries_run_in_the_order_in_which_they_fall_due(now):
    trial = SubscriptionFactory(activated=True, at=now, trial_days=10)
    failing = SubscriptionFactory(activated=True, card="tok_test_decline_soft", at=now)
    plain = SubscriptionFactory(activated=True, at=now + timedelta(minutes=5))
    bill(now + timedelta(days=70))
    booked = list(LedgerTransaction.objects.order_by("pk").values_list("created_at", flat=True))
    assert booked == sorted(booked)
    assert len(booked) == 5
    assert fetch(failing).status == SubscriptionStatus.FROZEN
    assert fetch(failing).frozen_at == now + timedelta(days=7)
    assert fetch(trial).current_charge_at > now + timedelta(days=10)
    assert paid(plain) == [(0, "success"), (1, "success"), (2, "success")]


def test_what_had_no_answer_is_asked_about_on_the_way(now):
    subscription = SubscriptionFactory(activated=True, at=now)
    bill(now + timedelta(hours=1))
    change_card(subscription, "timeout_after")
    bill(now + timedelta(days=100))
    assert [status for _, status in paid(subscription)] == ["success"] * 4
    assert len(captures()) == 4


def test_a_dry_run_tells_what_will_be_billed_and_changes_nothing(now):
    subscription = SubscriptionFactory(activated=True, at=now)
    summary = bill(now + timedelta(days=364), "--dry-run")
    assert "would collect 12 (228.00 USD)" in summary
    assert paid(subscription) == []
    assert captures() == []


def test_the_end_of_the_month_is_kept_through_a_leap_year():
    subscription = SubscriptionFactory(activated=True, at=datetime(2027, 12, 31, 10, tzinfo=UTC))
    bill(datetime(2028, 4, 30, 10, tzinfo=UTC))
    days = [
        at.strftime("%m-%d")
        for at in subscription.charges.order_by("period").values_list("due_at", flat=True)
    ]
    assert days == ["12-31", "01-31", "02-29", "03-31", "04-30"]
