"""A price for more accounts than one charge can ask for: refused early, said when it comes about later."""

import pytest

from charges.consent import Decider
from charges.models import Acceptance
from core.errors import InvalidField
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.errors import TooManySeats
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from tests.desk import link, log_in, press, text_of
from tests.subscriptions.stories import START, at, fetch

pytestmark = pytest.mark.django_db(transaction=True)
HIGHEST_FOR_TWO = 49_999_999


@pytest.fixture
def buyer():
    account = AccountFactory()
    PaymentOptionFactory(organization=account.organization)
    return account


def offer(buyer, **fields) -> Subscription:
    return SubscriptionFactory(
        caller=CallerFactory(account=buyer, application=ApplicationFactory()), per_account=True, **fields
    )


def test_a_price_that_todays_accounts_cannot_pay_at_once_is_refused_at_creation(buyer):
    AccountFactory(organization=buyer.organization)
    assert offer(buyer, price_minor=HIGHEST_FOR_TWO).status == SubscriptionStatus.PENDING
    with pytest.raises(InvalidField, match=r"500,000\.00 USD for each of 2 accounts") as refusal:
        offer(buyer, price_minor=HIGHEST_FOR_TWO + 1)
    assert refusal.value.field == "price_minor"
    assert Subscription.objects.count() == 1


def test_accounts_that_came_since_are_counted_before_consent(buyer):
    subscription = offer(buyer, price_minor=HIGHEST_FOR_TWO + 1)
    AccountFactory(organization=buyer.organization)
    decider = Decider.on_page(buyer, ip=None, user_agent="")
    with pytest.raises(TooManySeats, match=r"2 accounts at 500,000\.00 USD each"):
        accept_subscription(subscription.pk, decider=decider)
    page = press(log_in(buyer), subscription, "accept")
    assert page.status_code == 409
    assert "more than can be charged at once. Nothing was accepted" in text_of(page)
    assert fetch(subscription).status == SubscriptionStatus.PENDING
    assert not Acceptance.objects.exists()


def test_a_price_that_is_not_per_account_may_be_the_highest(buyer):
    AccountFactory(organization=buyer.organization)
    subscription = SubscriptionFactory(
        caller=CallerFactory(account=buyer, application=ApplicationFactory()), price_minor=99_999_999
    )
    decider = Decider.on_page(buyer, ip=None, user_agent="")
    assert accept_subscription(subscription.pk, decider=decider).status == SubscriptionStatus.ACCEPTED


def test_the_buyer_reads_why_it_is_held_when_accounts_came_after_consent():
    subscription = SubscriptionFactory(
        activated=True, at=START, price_minor=HIGHEST_FOR_TWO + 1, per_account=True
    )
    browser = log_in(subscription.buyer.accounts.get())
    AccountFactory(organization=subscription.buyer)
    at(START)
    assert fetch(subscription).held_reason == "2 accounts at 500,000.00 USD cannot be charged at once."
    listed = text_of(browser.get("/account/"))
    assert "On hold: the price for all your accounts is too high for one payment" in listed
    page = text_of(browser.get(link(subscription)))
    assert "$500,000.00 for each of your 2 accounts comes to more than can be charged at once." in page
