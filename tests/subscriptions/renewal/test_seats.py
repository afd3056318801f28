"""Seats are the accounts of a buyer whose log-in is active, wherever they are counted."""

import pytest

from core.money import Money
from customers.models import Account
from operations.factories import (
    AccountFactory,
    CallerFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.renewal.coming_bills import list_coming_bills
from subscriptions.renewal.seats import count_seats
from tests.desk import link, log_in, text_of
from tests.subscriptions.stories import START, at, day, fetch

pytestmark = pytest.mark.django_db(transaction=True)


def switch_log_in(account: Account, *, on: bool) -> None:
    account.user.is_active = on
    account.user.save()


def test_a_renewal_costs_less_once_a_person_was_switched_off():
    subscription = SubscriptionFactory(activated=True, at=START, per_account=True)
    left, _ = AccountFactory(organization=subscription.buyer), AccountFactory(organization=subscription.buyer)
    at(START)
    switch_log_in(left, on=False)
    at(day("2027-02-28"))
    switch_log_in(left, on=True)
    at(day("2027-03-31"))
    counted = subscription.charges.order_by("period").values_list("quantity", "total_minor")
    assert list(counted) == [(3, 5700), (2, 3800), (3, 5700)]


def test_a_person_who_was_switched_off_before_the_first_payment_is_not_counted():
    subscription = SubscriptionFactory(activated=True, at=START, per_account=True)
    switch_log_in(AccountFactory(organization=subscription.buyer), on=False)
    at(START)
    assert subscription.charges.get().quantity == 1


def test_the_page_the_preview_and_the_payment_count_the_same_seats():
    buyer = AccountFactory(organization=OrganizationFactory())
    PaymentOptionFactory(organization=buyer.organization)
    switch_log_in(AccountFactory(organization=buyer.organization), on=False)
    offered = SubscriptionFactory(caller=CallerFactory(account=buyer), per_account=True)
    assert "1 account \N{MULTIPLICATION SIGN}" in text_of(log_in(buyer).get(link(offered)))
    running = SubscriptionFactory(activated=True, at=START, per_account=True)
    switch_log_in(AccountFactory(organization=running.buyer), on=False)
    assert list(list_coming_bills(until=START)) == [("charge", Money(1900, "USD"))]
    at(START)
    assert running.charges.get().total == Money(1900, "USD")


def test_an_organisation_whose_people_are_all_switched_off_has_no_seats():
    subscription = SubscriptionFactory(activated=True, at=START, per_account=True)
    for account in subscription.buyer.accounts.all():
        switch_log_in(account, on=False)
    at(START)
    assert count_seats({subscription.buyer_id}) == {}
    assert fetch(subscription).held_reason.startswith("0 accounts")
