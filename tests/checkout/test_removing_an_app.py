"""Who removes an app is asked whether what is paid for in it again and again ends, too."""

from functools import partial

import pytest

from access.installations import list_installed_applications
from events.models import Event
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory
from subscriptions.lifecycle import app_removal
from subscriptions.models import Subscription
from tests.access.oauth import flow
from tests.desk import log_in, subscription_at, text_of
from tests.money import run_at_once

PAGE = "/account/apps/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def app():
    return flow.ClientFactory(name="Report Builder")


@pytest.fixture
def boss(app):
    account = AccountFactory(has_billing_role=True)
    flow.get_tokens(app, account)
    return account


def buy(stage, app, account, **terms):
    return subscription_at(stage, CallerFactory(account=account, application=app), **terms)


def remove(account, app, **said):
    return log_in(account).post(f"{PAGE}remove/", {"client_id": app.client_id, **said})


def is_installed(account, app):
    return app in list_installed_applications(account.organization_id)


def look(*subscriptions):
    rows = Subscription.objects.in_bulk([each.pk for each in subscriptions])
    return [(rows[each.pk].status, rows[each.pk].cancel_at is not None) for each in subscriptions]


def test_nothing_happens_before_the_answer_and_the_page_names_what_is_paid_for(boss, app):
    paid = buy("active", app, boss, name="Unlimited reports")
    overdue = buy("past_due", app, boss, name="Late")
    answer = remove(boss, app)
    text = text_of(answer)
    assert answer.status_code == 200
    assert "Remove Report Builder?" in text
    assert "Unlimited reports" in text
    assert "when the time that is paid for is over" in text
    assert "Late" in text
    assert "Would end at once" in text
    assert is_installed(boss, app)
    assert look(paid, overdue) == [("active", False), ("past_due", False)]


def test_what_is_paid_ends_with_its_time_and_the_rest_at_once(boss, app):
    stages = ("trial", "active", "past_due", "frozen")
    bought = [buy(stage, app, boss) for stage in stages]
    assert remove(boss, app, subscriptions="end")["Location"] == PAGE
    assert not is_installed(boss, app)
    ended = ("cancelled", False)
    assert look(*bought) == [("processed", True), ("active", True), ended, ended]
    told = Event.objects.filter(buyer_id=boss.organization_id, type="subscription.cancelled")
    assert told.count() == 2
    assert Event.objects.filter(buyer_id=boss.organization_id).latest("pk").type == "installation.ended"


def test_it_can_go_on_without_the_app(boss, app):
    subscription = buy("active", app, boss)
    assert remove(boss, app, subscriptions="keep")["Location"] == PAGE
    assert not is_installed(boss, app)
    assert look(subscription) == [("active", False)]


def test_nobody_is_asked_about_what_ends_anyway_or_is_another_apps_or_organisations(boss, app):
    buy("cancelled", app, boss)
    buy("pending", app, boss)
    kept = [buy("active", ApplicationFactory(), boss), buy("active", app, AccountFactory())]
    assert remove(boss, app)["Location"] == PAGE
    assert remove(boss, app, subscriptions="end")["Location"] == PAGE
    assert look(*kept) == [("active", False)] * 2


@pytest.mark.parametrize("said", ["", "x", "end\0", "keep "])
def test_an_answer_that_is_none_of_the_two_is_asked_for_again(boss, app, said):
    subscription = buy("active", app, boss)
    assert remove(boss, app, subscriptions=said).status_code == 200
    assert (is_installed(boss, app), look(subscription)) == (True, [("active", False)])


def test_who_lacks_the_billing_role_ends_nothing(boss, app):
    subscription = buy("active", app, boss)
    clerk = AccountFactory(organization=boss.organization, has_billing_role=False)
    assert remove(clerk, app, subscriptions="end").status_code == 403
    assert (is_installed(boss, app), look(subscription)) == (True, [("active", False)])


def test_more_than_a_page_shows_is_asked_for_page_by_page(boss, app, monkeypatch):
    monkeypatch.setattr(app_removal, "MOST_AT_ONCE", 2)
    bought = [buy("active", app, boss, name=f"Report {number}") for number in range(3)]
    asked = text_of(remove(boss, app, subscriptions="end"))
    assert ("Report 0" in asked, "Report 2" in asked) == (False, True)
    assert (is_installed(boss, app), look(*bought)) == (True, [("active", True)] * 2 + [("active", False)])
    assert remove(boss, app, subscriptions="end")["Location"] == PAGE
    assert (is_installed(boss, app), look(*bought)) == (False, [("active", True)] * 3)


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_it_at_once_end_each_subscription_once(boss, app):
    bought = [buy("active", app, boss), buy("frozen", app, boss)]
    answers = run_at_once(*[partial(remove, boss, app, subscriptions="end")] * 4)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert look(*bought) == [("active", True), ("cancelled", False)]
    assert Event.objects.filter(type="installation.ended", buyer_id=boss.organization_id).count() == 1
    assert Event.objects.filter(type="subscription.cancelled", buyer_id=boss.organization_id).count() == 1
