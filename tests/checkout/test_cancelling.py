"""A buyer cancels a subscription on its page."""

import uuid

import pytest
from django.test import Client

from core import clock
from operations.factories import AccountFactory, CallerFactory
from subscriptions.models import SubscriptionChange
from tests.desk import link, log_in, reload, subscription_at, text_of


def way_out(subscription) -> str:
    return f"/account/subscriptions/{subscription.public_id}/cancel/"


@pytest.fixture
def subscription(desk):
    return subscription_at("active", CallerFactory(account=desk.buyer, application=desk.app), name="Reports")


def test_the_page_says_what_ends_and_looking_ends_nothing(desk, subscription):
    page = desk.browser.get(way_out(subscription))
    text = text_of(page)
    assert "Cancel Reports?" in text
    assert "Harbour Lane Dental pays $19.00 every month for it." in text
    assert "It ends at once, also the days that are paid for already" in text
    assert "What you have already paid is not refunded automatically." in text
    assert '<button class="button">Cancel it</button>' in page.content.decode()
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert reload(subscription).status == "active"


def test_in_the_trial_it_says_that_the_trial_ends(desk):
    subscription = subscription_at("trial", CallerFactory(account=desk.buyer, application=desk.app))
    assert "also the days that are left of the trial" in text_of(desk.browser.get(way_out(subscription)))


@pytest.mark.parametrize("stage", ["trial", "processed", "active", "past_due", "frozen", "held"])
def test_pressing_ends_it_and_shows_so(desk, stage):
    subscription = subscription_at(stage, CallerFactory(account=desk.buyer, application=desk.app))
    answer = desk.browser.post(way_out(subscription))
    assert (answer.status_code, answer["Location"]) == (303, link(subscription))
    assert reload(subscription).status == "cancelled"
    assert "Cancelled It ended on" in text_of(desk.browser.get(answer["Location"]))
    last = SubscriptionChange.objects.last()
    assert (last.to_status, last.actor) == ("cancelled", f"page/account:{desk.buyer.public_id}")
    assert last.reason == "Cancelled by the buyer on the account page."


def test_pressing_twice_ends_it_once(desk, subscription):
    answers = [desk.browser.post(way_out(subscription)) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {link(subscription)}
    assert SubscriptionChange.objects.filter(to_status="cancelled").count() == 1


@pytest.mark.parametrize("stage", ["pending", "accepted", "declined", "cancelled"])
def test_what_does_not_run_cannot_be_ended_and_shows_what_is_so(desk, stage):
    subscription = subscription_at(stage, CallerFactory(account=desk.buyer, application=desk.app))
    for answer in (desk.browser.get(way_out(subscription)), desk.browser.post(way_out(subscription))):
        assert (answer.status_code, answer["Location"]) == (303, link(subscription))
    assert reload(subscription).status == stage


def test_only_a_colleague_with_the_billing_role_may(desk, subscription):
    member = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    for account, status in (
        (member, 403),
        (AccountFactory(), 404),
        (AccountFactory(organization=desk.app.organization), 404),
    ):
        for method in ("get", "post"):
            answer = getattr(log_in(account), method)(way_out(subscription))
            assert answer.status_code == status
            assert "Reports" not in text_of(answer)
    assert Client().post(way_out(subscription))["Location"].startswith("/login/?next=/account/subscriptions/")
    assert reload(subscription).status == "active"
    assert (
        log_in(AccountFactory(organization=desk.buyer.organization)).post(way_out(subscription)).status_code
        == 303
    )


def test_an_unknown_one_and_a_direct_charge_are_unknown(desk):
    for public_id in (uuid.uuid4(), desk.charge.public_id):
        assert desk.browser.post(f"/account/subscriptions/{public_id}/cancel/").status_code == 404
    assert desk.browser.get("/account/subscriptions/x/cancel/").status_code == 404


def test_a_foreign_form_ends_nothing(desk, subscription):
    strict = log_in(desk.buyer, enforce_csrf_checks=True)
    assert strict.post(way_out(subscription)).status_code == 403
    answer = desk.browser.post(way_out(subscription), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "That did not come from our page" in text_of(answer)
    assert reload(subscription).status == "active"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(desk, subscription, method):
    assert getattr(desk.browser, method)(way_out(subscription)).status_code == 405


def test_a_page_that_stayed_open_still_ends_what_runs(desk, subscription):
    with clock.travel_to(clock.now().replace(year=clock.now().year + 1)):
        assert desk.browser.post(way_out(subscription)).status_code == 303
    assert reload(subscription).status == "cancelled"
