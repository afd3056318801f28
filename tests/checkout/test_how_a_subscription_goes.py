"""What became of a subscription, stage by stage, on its page and on those of its payments."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from operations.factories import CallerFactory
from tests.desk import link, subscription_at, text_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SOFT = "There was not enough money on the card or account. See that there is enough on it, or use another"
# Whoever holds a stolen card does not learn that it was reported.
HARD = "The bank refused the payment. Your bank can tell you why; or use another card."
# It was made on 19 October, so that the second payment was due on 19 November; it is tried now.
TOLD = {
    "accepted": [
        "Accepted Your organisation accepted this on 31 October 2026. Nothing has been charged yet."
        " Once Paper Kites Ltd activates it, your card is charged every month until you cancel."
    ],
    "declined": ["Declined Your organisation declined this on 19 October 2026. You have not been charged."],
    "withdrawn": ["Withdrawn Your organisation accepted this and withdrew on 19 October 2026."],
    "lapsed": [
        "Acceptance expired Your organisation accepted this on 19 September 2026, but Paper Kites Ltd did"
        " not activate it by 19 October 2026. You have not been charged."
    ],
    "trial": [
        "Trial until 18 December 2026 Nothing is charged before then. First payment: $19.00 on"
        " 18 December 2026, then on the 18th of every month until you cancel."
    ],
    "processed": [
        "Payment in progress The seller has activated this. We are collecting a payment of $19.00,"
    ],
    "retried": [
        "A payment failed, and we are trying again We could not collect the payment of $19.00.",
        SOFT,
        "We will try again on 21 November 2026, 9:00 am (UTC). If the card is the problem, add another one.",
    ],
    "active": [
        "Active Last payment: 19 November 2026. Next payment: $19.00 on 19 December 2026, then on the 19th"
        " of every month until you cancel."
    ],
    "past_due": [
        "A payment failed, and we are trying again We could not collect the payment of $19.00.",
        SOFT,
        "We will try again on 21 November 2026, 9:00 am (UTC).",
    ],
    "frozen": [
        "Stopped after a failed payment We could not collect the payment of $19.00.",
        HARD,
        "We will not try again. Paper Kites Ltd can restart it,",
    ],
    "cancelled": ["Cancelled It ended on 20 November 2026. Nothing more will be charged. To get it back,"],
    "held": [
        "On hold Our team is looking into it. Nothing more is charged until then.",
    ],
    "expired": ["This link has expired Nobody decided in time, so this offer can no longer be accepted."],
}
CANCELLABLE = {"trial", "processed", "retried", "active", "past_due", "frozen", "held"}


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


@pytest.fixture(autouse=True)
def _now():
    with clock.travel_to(NOW):
        yield


@pytest.mark.slow
@pytest.mark.parametrize("stage", TOLD)
def test_each_stage_says_what_is_so_and_offers_the_way_back(desk, caller, stage):
    subscription = subscription_at(stage, caller)
    page = desk.browser.get(link(subscription))
    assert page.status_code == 200
    text, markup = text_of(page), page.content.decode()
    assert [told for told in TOLD[stage] if told not in text] == [], text
    back = f"https://seller.example/back?id={subscription.public_id}"
    assert f'<a class="button" href="{back}">Back to <bdi>Report Builder</bdi></a>' in markup
    assert 'name="decision"' not in markup
    cancel = f'href="/account/subscriptions/{subscription.public_id}/cancel/"'
    assert (cancel in markup) == (stage in CANCELLABLE)


@pytest.mark.parametrize("stage", ["accepted", "trial", "active", "cancelled"])
def test_a_test_is_said_to_be_one(desk, caller, stage):
    text = text_of(desk.browser.get(link(subscription_at(stage, caller, test=True))))
    assert "This is a test: no money moves." in text
    assert "card is charged" not in text


def test_a_retry_that_is_due_or_under_way_is_told_as_such(desk, caller):
    subscription = subscription_at("past_due", caller)
    subscription.charges.filter(period=1).update(collect_at=None)
    assert "We are trying again right now." in text_of(desk.browser.get(link(subscription)))


def test_what_was_under_way_when_it_was_cancelled_is_told(desk, caller):
    subscription = subscription_at("past_due", caller)
    subscription.charges.filter(period=1).update(collect_at=None)
    cancelled = {"status": "cancelled", "cancelled_at": NOW, "event_count": subscription.event_count + 1}
    type(subscription).objects.filter(pk=subscription.pk).update(**cancelled)
    text = text_of(desk.browser.get(link(subscription)))
    assert "Only the payment of $19.00 that was already in progress may still be collected." in text


def test_a_running_one_asks_once_more_for_its_last_payment_and_what_became_of_it(desk, caller):
    subscription = subscription_at("past_due", caller)
    with CaptureQueriesContext(connection) as queries:
        desk.browser.get(link(subscription))
    assert len(queries) == 5
    assert 'FROM "charges_charge"' in queries[-2]["sql"]
    assert 'FROM "charges_attempt"' in queries[-1]["sql"]


PAYMENTS = {
    "active": [
        "Paid $19.00 was paid on 20 November 2026. It belongs to a subscription. See the subscription."
    ],
    "past_due": ["Payment failed", SOFT, "We will try again on 21 November 2026, 9:00 am (UTC)."],
    "frozen": ["Payment failed", HARD],
}


@pytest.mark.parametrize("stage", PAYMENTS)
def test_the_page_of_one_payment_is_not_that_of_a_one_off(desk, caller, stage):
    subscription = subscription_at(stage, caller)
    page = desk.browser.get(link(subscription.charges.get(period=1)))
    text = text_of(page)
    assert [told for told in PAYMENTS[stage] if told not in text] == [], text
    assert "One payment of a subscription Period from 19 November 2026 $19.00" in text
    assert link(subscription).replace("&", "&amp;") in page.content.decode()
    assert "one-off" not in text
    assert "start again in the app" not in text
