"""Billing after an outage, by policy: up to a limit by itself, and more only when a person releases it."""

import pytest

from core import clock
from ledger.transaction_types import CustomerTransactionType as Type
from subscriptions.lifecycle.billing_policy import bill_at_once, bill_by_invoice, bill_when_paid
from subscriptions.lifecycle.hold_and_retry import release_hold
from tests.money import captures
from tests.subscriptions.agreeing import ME, account, agree
from tests.subscriptions.stories import at, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_few_missed_invoices_are_made_when_the_server_is_back():
    subscription = agree()
    at(day("2027-04-30"))
    assert [kind for kind, _, _ in account(subscription)] == [Type.INVOICE, Type.CLAIM] * 3
    assert fetch(subscription).held_at is None


@pytest.mark.parametrize("card", ["tok_test_approve", "tok_test_decline_soft"])
def test_more_missed_invoices_than_the_limit_are_held_for_a_person(card):
    subscription = agree(card)
    at(day("2027-05-01"))
    assert account(subscription) == []
    assert captures() == []
    assert fetch(subscription).held_reason == "More than 3 periods were missed."


@pytest.mark.slow
def test_released_ones_are_all_invoiced_at_once_and_later_ones_in_their_time():
    subscription = agree()
    at(day("2027-05-01"))
    with clock.travel_to(day("2027-05-02")):
        release_hold(subscription.pk, actor=ME, reason="Agreed with the customer.")
    at(day("2027-05-02"))
    assert len(captures()) == 4
    at(day("2027-06-02"))
    assert len(captures()) == 5
    assert_books_are_sound()


def test_the_limit_is_kept_on_each_subscription(settings):
    settings.CATCH_UP_LIMIT = 5
    subscription = agree()
    settings.CATCH_UP_LIMIT = 1
    at(day("2027-06-01"))
    assert len(captures()) == 5
    assert fetch(subscription).catch_up_limit == 5
    assert bill_by_invoice().catch_up_limit == bill_when_paid().catch_up_limit == 1
    assert bill_at_once(retry_limit=1).catch_up_limit is None
