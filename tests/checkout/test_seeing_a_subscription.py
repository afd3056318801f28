"""What the decision page shows of a subscription."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charges.models import StatusChange
from core import clock
from operations.factories import AccountFactory, CallerFactory, SubscriptionFactory
from subscriptions.models import SubscriptionChange
from tests.desk import link, log_in, reload, text_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


def read(desk, caller, **fields) -> str:
    with clock.travel_to(NOW):
        subscription = SubscriptionFactory(caller=caller, name="Reports", **fields)
        return text_of(desk.browser.get(link(subscription)))


def test_the_page_says_who_sells_what_to_whom_how_often_for_how_much(desk, caller):
    text = read(desk, caller)
    assert "Report Builder by Paper Kites Ltd Reports" in text
    assert "Due on activation $19.00 Then every month" in text
    assert "Visa ending in 4242" in text
    assert "Harbour Lane Dental agrees to pay $19.00 every month until you cancel." in text
    assert "does not renew" not in text


def test_without_a_trial_it_says_that_the_seller_starts_it(desk, caller):
    text = read(desk, caller, interval=3)
    assert "Due on activation $19.00 Then every 3 months" in text
    assert "trial" not in text


def test_a_trial_says_nothing_today_and_when_the_first_charge_is(desk, caller):
    text = read(desk, caller, trial_days=14)
    assert "Due today $0.00 From 4 December 2026 $19.00 every month" in text
    assert "Your trial of 14 days starts when Paper Kites Ltd activates it, usually right away." in text
    assert "All dates are in UTC." in text
    assert "agrees to pay $19.00 every month after a trial of 14 days, until you cancel." in text


def test_the_month_end_is_told_when_it_matters(desk, caller):
    assert "In shorter months, you pay on the last day." in read(desk, caller, trial_days=41)
    assert "shorter months" not in read(desk, caller, trial_days=14)


def test_accounts_are_counted_and_said_to_be_counted_at_each_payment(desk, caller):
    for _ in range(4):
        AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    text = read(desk, caller, per_account=True, trial_days=14)
    times = "\N{MULTIPLICATION SIGN}"
    assert f"From 4 December 2026 5 accounts {times} $19.00 $95.00 every month" in text
    assert "Each payment covers the accounts you have at that time." in text
    assert "agrees to pay $19.00 per account every month" in text


def test_how_to_cancel_is_said_before_accepting(desk, caller):
    text = read(desk, caller, trial_days=14)
    assert text.index("How to cancel You can cancel at any time") < text.index("agrees to pay")
    assert "on your account page, in the app or by asking support." in text
    assert "It then ends with the time you have paid for, or right away" in text


def test_the_page_says_what_happens_next(desk, caller):
    text = read(desk, caller)
    assert "Paper Kites Ltd activates your subscription, usually right away. Only then is your card" in text
    assert "You return to seller.example." in text


@pytest.mark.parametrize(
    ("trial_days", "verb"), [(0, "Subscribe for $19.00 a month"), (14, "Start 14-day trial")]
)
def test_the_button_says_what_it_does(desk, caller, trial_days, verb):
    offer = SubscriptionFactory(caller=caller, trial_days=trial_days)
    page = desk.browser.get(link(offer)).content.decode()
    assert f'class="button" form="decide" name="decision" value="accept">{verb}</button>' in page


def test_the_commission_is_never_shown(desk, caller):
    page = (
        desk.browser.get(link(SubscriptionFactory(caller=caller, price_minor=77_700)))
        .content.decode()
        .lower()
    )
    assert "commission" not in page
    assert "155.40" not in page


def test_a_test_says_that_no_money_will_move_and_needs_no_card(db):
    buyer = AccountFactory()
    subscription = SubscriptionFactory(caller=CallerFactory(account=buyer), test=True)
    page = log_in(buyer).get(link(subscription))
    text = text_of(page)
    assert "This is a test: no money moves." in text
    assert "None needed for a test" in text
    assert "the first test payment runs" in text
    assert "agrees to test payments of $19.00 every month" in text
    assert "card is charged" not in text
    assert b'value="accept"' in page.content


def test_amounts_are_written_as_the_reader_writes_numbers(desk, caller):
    subscription = SubscriptionFactory(caller=caller, price_minor=1_234_560)
    page = desk.browser.get(link(subscription), headers={"Accept-Language": "de"})
    assert text_of(page).count("12.345,60 $") == 3


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(desk, caller, method):
    subscription = SubscriptionFactory(caller=caller)
    for query in ("", "&decision=accept", "&token=x"):
        getattr(desk.browser, method)(link(subscription) + query)
    assert reload(subscription).status == "pending"
    assert not StatusChange.objects.exists()
    assert not SubscriptionChange.objects.exists()


@pytest.mark.parametrize("kind", ["", "direct_charge", "RECURRENT_CHARGE", "recurrent"])
def test_with_another_type_it_is_unknown(desk, caller, kind):
    subscription = SubscriptionFactory(caller=caller)
    page = desk.browser.get("/", {"id": str(subscription.public_id), "type": kind})
    assert page.status_code == 404
    assert "We cannot find this payment" in text_of(page)


def test_without_a_type_it_is_unknown(desk, caller):
    assert desk.browser.get(f"/?id={SubscriptionFactory(caller=caller).public_id}").status_code == 404


@pytest.mark.parametrize(("per_account", "counted"), [(False, []), (True, ["customers_account"])])
def test_the_page_asks_the_database_seven_times_and_once_for_the_accounts(desk, caller, per_account, counted):
    subscription = SubscriptionFactory(caller=caller, per_account=per_account)
    desk.browser.get(link(subscription))
    with CaptureQueriesContext(connection) as queries:
        desk.browser.get(link(subscription))
    tables = [query["sql"].split('FROM "')[1].split('"')[0] for query in queries]
    assert tables == [
        "django_session",
        "auth_user",
        "subscriptions_subscription",
        "customers_paymentoption",
        "subscriptions_subscription",
        "taxes_taxrate",
        *counted,
        "charges_pageshown",
    ]


def test_a_link_that_waited_too_long_cannot_be_used(desk, caller):
    subscription = SubscriptionFactory(caller=caller)
    token = desk.browser.get(link(subscription)).context["page"].token
    with clock.travel_to(clock.now() + timedelta(hours=23)):
        assert desk.browser.get(link(subscription)).context["page"].situation == "open"
    with clock.travel_to(clock.now() + timedelta(days=31)):
        page = desk.browser.get(link(subscription))
        assert "This link has expired" in text_of(page)
        assert b'name="decision"' not in page.content
        answer = desk.browser.post(link(subscription), {"decision": "accept", "token": token})
        assert answer.status_code == 409
    assert reload(subscription).status == "pending"
