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
    assert "Report Builder asks Harbour Lane Dental to pay for Reports" in text
    assert "Every month until you cancel US$19.00" in text
    assert "Sold by Paper Kites Ltd" in text
    assert "Visa ending in 4242" in text
    assert "Harbour Lane Dental will pay US$19.00 every month, until you cancel." in text
    assert "You decide as dana@buyer.example." in text
    assert "one-off" not in text
    assert "does not renew" not in text


def test_without_a_trial_it_says_that_the_seller_starts_it(desk, caller):
    text = read(desk, caller, interval=3)
    assert (
        "First charge US$19.00 when the seller activates it, which is usually at once,"
        " then on the same day every 3 months until you cancel. Days are those of UTC."
    ) in text
    assert "trial" not in text


def test_a_trial_says_nothing_today_and_when_the_first_charge_is(desk, caller):
    text = read(desk, caller, trial_days=14)
    assert (
        "Nothing today. First charge US$19.00 on 4 December 2026, then on the 4th of every month"
        " until you cancel."
    ) in text
    assert "The trial of 14 days begins when the seller activates it, usually at once;" in text
    assert "US$19.00 every month after 14 days of trial, until you cancel." in text


def test_the_month_end_is_told_when_it_matters(desk, caller):
    assert "on the 31st of every month, in shorter months on the last day," in read(
        desk, caller, trial_days=41
    )
    assert "shorter months" not in read(desk, caller, trial_days=14)


def test_accounts_are_counted_and_said_to_be_counted_anew(desk, caller):
    for _ in range(4):
        AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    text = read(desk, caller, per_account=True, trial_days=14)
    times = "\N{MULTIPLICATION SIGN}"
    assert f"US$19.00 per account {times} 5 accounts, counted anew at each payment US$95.00" in text
    assert "First charge US$19.00 per account (US$95.00 with today's 5) on 4 December 2026" in text
    assert "will pay US$19.00 per account every month" in text


def test_how_to_cancel_is_said_before_accepting(desk, caller):
    text = read(desk, caller, trial_days=14)
    assert text.index("How to cancel At any time while it is running: ask in the app,") < text.index(
        "You decide as"
    )
    assert "There you choose whether it ends with the time that is paid for or at once;" in text


def test_the_page_says_what_happens_next(desk, caller):
    text = read(desk, caller)
    assert "You go back to seller.example. Nothing has been charged yet." in text
    assert "Paper Kites Ltd activates it." in text
    assert "The card is charged as above, without asking again." in text


def test_two_buttons_are_named_exactly_accept_and_decline(desk, caller):
    page = desk.browser.get(link(SubscriptionFactory(caller=caller))).content.decode()
    assert '<button class="button" name="decision" value="accept">Accept</button>' in page
    assert '<button class="button plain" name="decision" value="decline">Decline</button>' in page


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
    assert "This is a test: no money will move." in text
    assert "None needed for a test" in text
    assert "The payments are only rehearsed." in text
    assert "to test payments of US$19.00 every month" in text
    assert "card is charged" not in text
    assert b'value="accept"' in page.content


def test_amounts_are_written_as_the_reader_writes_numbers(desk, caller):
    subscription = SubscriptionFactory(caller=caller, price_minor=1_234_560)
    page = desk.browser.get(link(subscription), headers={"Accept-Language": "de"})
    assert text_of(page).count("12.345,60 $") == 4


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
    assert "We have no such charge for you" in text_of(page)


def test_without_a_type_it_is_unknown(desk, caller):
    assert desk.browser.get(f"/?id={SubscriptionFactory(caller=caller).public_id}").status_code == 404


@pytest.mark.parametrize(("per_account", "counted"), [(False, []), (True, ["customers_account"])])
def test_the_page_asks_the_database_six_times_and_once_for_the_accounts(desk, caller, per_account, counted):
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
        *counted,
        "taxes_taxrate",
    ]


def test_a_link_that_waited_too_long_cannot_be_used(desk, caller):
    subscription = SubscriptionFactory(caller=caller)
    token = desk.browser.get(link(subscription)).context["page"].token
    with clock.travel_to(clock.now() + timedelta(hours=23)):
        assert desk.browser.get(link(subscription)).context["page"].situation == "open"
    with clock.travel_to(clock.now() + timedelta(days=31)):
        page = desk.browser.get(link(subscription))
        assert "This link is too old" in text_of(page)
        assert b'name="decision"' not in page.content
        answer = desk.browser.post(link(subscription), {"decision": "accept", "token": token})
        assert answer.status_code == 409
    assert reload(subscription).status == "pending"
