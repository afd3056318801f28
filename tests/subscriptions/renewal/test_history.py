"""What happened to a subscription can be read from its history: renewals and holds as well."""

import pytest

from charges.collection.sweeps import collect_due_charges
from charges.models import AttemptState, ChargeStatus
from core import clock
from operations.factories import CustomerFactory, MerchantFactory, PlanFactory, SubscriptionFactory
from subscriptions.lifecycle.hold_and_retry import release_hold
from subscriptions.models import SubscriptionStatus
from tests.subscriptions.clients import charges_of, subscribe
from tests.subscriptions.stories import START, at, change_card, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def told(subscription) -> list[tuple[str, str, str]]:
    """Statuses and reason of each row of the history after the activation."""
    rows = subscription.history.values_list("from_status", "to_status", "reason")
    return list(rows.exclude(from_status__in=["pending", "accepted"]))


def test_each_renewal_leaves_a_row():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    at(day("2027-02-28"))
    assert told(subscription) == [
        ("processed", "active", "The period from 2027-01-31 is paid."),
        ("active", "active", "The period from 2027-02-28 is paid."),
    ]
    assert_books_are_sound()


def test_a_failure_says_why():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(subscription, "decline_hard")
    at(day("2027-02-28"))
    assert told(subscription)[-1] == ("active", "frozen", "The card was reported stolen.")


def test_periods_that_are_paid_together_leave_a_row_each():
    subscription = subscribe(PlanFactory(frequency="daily"))
    before = len(told(subscription))
    at(days=1)
    at(days=2)
    assert [reason for *_, reason in told(subscription)[before:]] == [
        "The period from 2027-02-01 is paid.",
        "The period from 2027-02-02 is paid.",
    ]
    assert_books_are_sound()


def test_a_hold_and_its_release_leave_a_row_each():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    late = day("2027-08-15")
    at(late)
    with clock.travel_to(late):
        release_hold(subscription.pk, actor="finance", reason="asked by the buyer")
    assert told(subscription)[-2:] == [
        ("active", "active", "Held: More than 3 periods were missed."),
        ("active", "active", "Released: asked by the buyer"),
    ]
    assert_books_are_sound()


@pytest.mark.parametrize("retries", [3, 0])
def test_a_subscription_hears_of_a_payment_that_was_never_sent(retries):
    subscription = subscribe(retry_limit=retries)
    (first,) = charges_of(subscription)
    assert first.status == ChargeStatus.SUCCESS
    type(subscription).objects.filter(pk=subscription.pk).update(funding_source="/v1/cards/unreachable")
    at(day("2027-02-28"))
    _, second = charges_of(subscription)
    assert second.attempts.get().state == AttemptState.VOIDED
    assert (second.failure_code, second.failure_count) == ("not_sent", 1)
    assert second.first_declined_at == day("2027-02-28")
    expected = SubscriptionStatus.PAST_DUE if retries else SubscriptionStatus.ACTIVE
    assert fetch(subscription).status == expected


def test_what_was_not_sent_is_tried_a_little_later_singly_and_in_a_batch_alike():
    subscription = SubscriptionFactory(activated=True, at=START, card="tok_test_unreachable")
    at(START)
    charge = subscription.charges.get()
    assert (charge.collect_at - START).total_seconds() == 30
    with clock.travel_to(charge.collect_at):
        collect_due_charges()
    again = subscription.charges.get()
    assert (again.collect_at - charge.collect_at).total_seconds() == 60
    assert (again.failure_count, again.first_declined_at, again.failure_code) == (0, None, "")
    assert fetch(subscription).status == SubscriptionStatus.PROCESSED


def test_a_payout_that_may_not_be_sent_is_told_to_its_subscription():
    merchant = MerchantFactory(daily_payout_limit_minor=1500)
    plan = PlanFactory(merchant=merchant, kind="disbursement", amount_minor=1000)
    subscription = subscribe(plan, CustomerFactory(merchant=merchant))
    merchant.daily_payout_limit_minor = 500
    merchant.save(update_fields=["daily_payout_limit_minor"])
    at(day("2027-02-28"))
    charge = charges_of(subscription)[-1]
    assert (charge.status, charge.failure_code) == (ChargeStatus.PROCESSED, "daily_limit")
    assert told(subscription)[-1] == (
        "active",
        "past_due",
        "The daily payout limit of 5.00 USD would be exceeded.",
    )
