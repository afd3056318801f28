"""Cancelling agreements: now or on a day, once or again."""

from datetime import date

import pytest

from charges.errors import WrongState
from core import clock
from core.errors import InvalidField
from ledger.transaction_types import CustomerTransactionType as Type
from operations.factories import SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.change import skip_periods
from subscriptions.models import SubscriptionStatus
from tests.subscriptions.agreeing import ME, account, agree, bill_until
from tests.subscriptions.stories import START, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def test_cancelling_at_once_bills_nothing_more_and_keeps_what_is_owed():
    subscription = agree(payment_option=None)
    bill_until("2027-02-02")
    with clock.travel_to(day("2027-02-03")):
        cancel_subscription(subscription.pk, actor=ME, reason="Moved away")
    bill_until("2027-05-01")
    assert account(subscription) == [(Type.INVOICE, 1999, 1999)]
    with pytest.raises(WrongState):
        skip_periods(subscription.pk, actor=ME, length=1)


@pytest.mark.parametrize(("last_day", "billed"), [(date(2027, 3, 1), [2]), (date(2027, 3, 2), [2, 3])])
def test_cancelling_for_a_date_bills_what_begins_before_it(last_day, billed):
    subscription = agree()
    with clock.travel_to(START):
        cancel_subscription(subscription.pk, actor=ME, effective_on=last_day)
    assert fetch(subscription).status == SubscriptionStatus.PROCESSED
    bill_until("2027-06-01")
    assert [charge.due_at.month for charge in subscription.charges.order_by("period")] == billed
    ended = fetch(subscription)
    assert (ended.status, ended.cancelled_at.date()) == (SubscriptionStatus.CANCELLED, last_day)
    assert_books_are_sound()


def test_cancelling_again_changes_nothing():
    subscription = agree()
    with clock.travel_to(START):
        for on in (date(2027, 6, 1), date(2027, 6, 1), None, None):
            cancel_subscription(subscription.pk, actor=ME, effective_on=on)
    assert fetch(subscription).status == SubscriptionStatus.CANCELLED
    assert subscription.adjustments.count() == 2


def test_each_end_is_among_the_adjustments_whoever_the_parties_are():
    for subscription in (agree(), SubscriptionFactory(activated=True, at=START)):
        with clock.travel_to(START):
            cancel_subscription(subscription.pk, actor="staff:finance", reason="asked by the buyer")
        ended = subscription.adjustments.get()
        assert (ended.kind, ended.effective_on, ended.note) == ("cancel", START.date(), "asked by the buyer")


@pytest.mark.parametrize(
    ("terms", "field"),
    [({"effective_on": date(2027, 1, 30)}, "effective_on"), ({"reason": "x" * 256}, "reason")],
)
def test_what_does_not_fit_is_refused_and_nothing_ends(terms, field):
    subscription = agree()
    with clock.travel_to(START), pytest.raises(InvalidField) as refusal:
        cancel_subscription(subscription.pk, actor=ME, **terms)
    assert refusal.value.field == field
    assert fetch(subscription).status == SubscriptionStatus.PROCESSED
    assert not subscription.adjustments.exists()


def test_what_was_never_begun_cannot_be_cancelled():
    offered = SubscriptionFactory()
    for terms in ({}, {"effective_on": date(2100, 1, 1)}):
        with pytest.raises(WrongState):
            cancel_subscription(offered.pk, actor=ME, **terms)
