"""What a buyer is told before consent: the trial that is left, a second subscription, an instant start."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from customers.models import Application
from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from tests.desk import link, press, reload, text_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with clock.travel_to(NOW):
        yield


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


def use_trial(caller, *, days, **fields):
    """A subscription that was cancelled after so many days of its trial, some weeks ago."""
    began = NOW - timedelta(days=40)
    subscription = SubscriptionFactory(caller=caller, activated=True, at=began, trial_days=14, **fields)
    with clock.travel_to(began + timedelta(days=days)):
        cancel_subscription(subscription.pk, actor="test")


def read(desk, offer) -> str:
    return text_of(desk.browser.get(link(offer)))


def let_app(desk, **rules):
    Application.objects.filter(pk=desk.app.pk).update(**rules)


def test_the_trial_that_is_left_is_said_and_is_what_the_buyer_gets(desk, caller):
    use_trial(caller, days=4.25)
    offer = SubscriptionFactory(caller=caller, trial_days=14)
    text = read(desk, offer)
    assert "9 days and 18 hours left of your trial. The full trial is 14 days, and Harbour Lane" in text
    assert "Due today $0.00 From 30 November 2026 $19.00 every month" in text
    assert "Your trial of 9 days and 18 hours starts when Paper Kites Ltd activates it" in text
    assert "every month after a trial of 9 days and 18 hours, until you cancel." in text
    assert "Start trial" in text
    press(desk.browser, offer, "accept")
    accepted = reload(offer)
    assert (accepted.status, accepted.trial) == ("accepted", timedelta(days=9, hours=18))
    assert "the trial of 9 days and 18 hours starts." in read(desk, offer)


def test_no_trial_left_is_said_and_the_first_payment_is_at_activation(desk, caller):
    use_trial(caller, days=14)
    offer = SubscriptionFactory(caller=caller, trial_days=14)
    text = read(desk, offer)
    assert (
        "No trial left. There is one trial of 14 days, and Harbour Lane Dental has already used it." in text
    )
    assert "Due on activation $19.00 Then every month" in text
    assert "$0.00" not in text
    assert "after a trial" not in text


def test_a_few_hours_that_end_today_are_not_said_to_be_nothing_today(desk, caller):
    use_trial(caller, days=13.8)
    assert "Due now $0.00 From 20 November 2026 $19.00" in read(
        desk, SubscriptionFactory(caller=caller, trial_days=14)
    )


def test_a_whole_trial_is_not_remarked_on(desk, caller):
    use_trial(caller, days=14, external_id="other")
    assert "left of your trial" not in read(desk, SubscriptionFactory(caller=caller, trial_days=14))


def test_a_trial_that_was_used_since_the_page_was_opened_is_shown_before_consent(desk, caller):
    offer = SubscriptionFactory(caller=caller, trial_days=14)
    token = desk.browser.get(link(offer)).context["page"].token
    use_trial(caller, days=4)
    answer = desk.browser.post(link(offer), {"decision": "accept", "token": token})
    assert answer.status_code == 409
    assert "The terms have changed since you opened this page." in text_of(answer)
    assert "10 days left of your trial." in text_of(answer)
    assert reload(offer).status == "pending"


def test_a_second_subscription_is_said_and_may_be_accepted(desk, caller):
    first = SubscriptionFactory(caller=caller, activated=True)
    offer = SubscriptionFactory(caller=caller)
    page = desk.browser.get(link(offer))
    assert "You already have this. Harbour Lane Dental has a running subscription to Monthly app." in text_of(
        page
    )
    assert "you pay for both" in text_of(page)
    assert link(first).replace("&", "&amp;") in page.content.decode()
    press(desk.browser, offer, "accept")
    assert reload(offer).status == "accepted"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "said"),
    [("activated", "has a running subscription to"), ("accepted", "accepted"), ("frozen", "a stopped")],
)
@pytest.mark.django_db(transaction=True)
def test_where_the_app_allows_one_it_can_only_be_declined(desk, caller, stage, said):
    let_app(desk, allows_second=False)
    SubscriptionFactory(caller=caller, **{stage: True})
    offer = SubscriptionFactory(caller=caller)
    page = desk.browser.get(link(offer))
    assert said in text_of(page)
    assert "This app allows only one." in text_of(page)
    assert 'value="accept"' not in page.content.decode()
    answer = press(desk.browser, offer, "accept")
    assert answer.status_code == 409
    assert "already has this subscription" in text_of(answer)
    press(desk.browser, offer, "decline")
    assert reload(offer).status == "declined"


def test_something_else_is_not_a_second_one(desk, caller):
    SubscriptionFactory(caller=caller, activated=True, name="Other")
    assert "You already have this" not in read(desk, SubscriptionFactory(caller=caller))


def test_a_charge_that_starts_by_itself_says_so(desk, caller):
    let_app(desk, starts_when_accepted=True)
    charge = ChargeFactory(caller=caller)
    text = read(desk, charge)
    assert "Due today 2 \N{MULTIPLICATION SIGN} $1.00 $2.00" in text
    assert "Your card is charged right away." in text
    assert "activates your purchase" not in text
    press(desk.browser, charge, "accept")
    assert reload(charge).status == "processed"


@pytest.mark.parametrize(
    ("trial_days", "said"),
    [
        (0, "Due today $19.00 Then every month"),
        (14, "Your trial of 14 days starts right away."),
    ],
)
def test_a_subscription_that_starts_by_itself_says_so(desk, caller, trial_days, said):
    let_app(desk, starts_when_accepted=True)
    offer = SubscriptionFactory(caller=caller, trial_days=trial_days)
    text = read(desk, offer)
    assert said in text
    assert "activates" not in text
    press(desk.browser, offer, "accept")
    assert reload(offer).status == "processed"


def test_a_start_that_was_switched_on_since_the_page_was_opened_is_shown_before_consent(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    let_app(desk, starts_when_accepted=True)
    answer = desk.browser.post(link(desk.charge), {"decision": "accept", "token": token})
    assert answer.status_code == 409
    assert "Your card is charged right away." in text_of(answer)
    assert reload(desk.charge).status == "pending"
