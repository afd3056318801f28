"""A buyer cancels a subscription on its page."""

import uuid

import pytest
from django.test import Client

from core import clock
from core.local_formats import write_day
from operations.factories import AccountFactory, CallerFactory
from subscriptions.models import SubscriptionChange
from tests.desk import link, log_in, reload, subscription_at, text_of

NOW = {"decision": "now"}


def way_out(subscription) -> str:
    return f"/account/subscriptions/{subscription.public_id}/cancel/"


@pytest.fixture
def subscription(desk):
    return subscription_at("active", CallerFactory(account=desk.buyer, application=desk.app), name="Reports")


def press(browser, subscription, decision: str):
    """Open the page and press one of its buttons."""
    end = browser.get(way_out(subscription)).context["paid_end"]
    return browser.post(
        way_out(subscription), {"decision": decision, "ends_at": end.isoformat() if end else ""}
    )


def test_the_page_says_until_when_it_works_and_looking_ends_nothing(desk, subscription):
    page = desk.browser.get(way_out(subscription))
    text = text_of(page)
    assert "Cancel Reports?" in text
    assert "Harbour Lane Dental pays $19.00 every month for it." in text
    assert f"It is paid for until {write_day(subscription.next_charge_at)}," in text
    assert "It works until then, and then it ends. Nothing more is charged." in text
    assert "Until then you can change your mind" in text
    assert "What you have already paid is not refunded automatically." in text
    html = page.content.decode()
    assert html.index('<a class="button" href="/account/">Keep it</a>') < html.index('value="period_end"')
    assert html.index('value="period_end"') < html.index('value="now"')
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert reload(subscription).status == "active"


def test_in_the_trial_it_says_until_when_that_runs(desk):
    subscription = subscription_at("trial", CallerFactory(account=desk.buyer, application=desk.app))
    assert "The trial runs until" in text_of(desk.browser.get(way_out(subscription)))


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["trial", "active"])
def test_pressing_cancels_at_the_end_of_the_paid_time_and_keeping_takes_it_back(desk, stage):
    subscription = subscription_at(stage, CallerFactory(account=desk.buyer, application=desk.app))
    answer = press(desk.browser, subscription, "period_end")
    assert (answer.status_code, answer["Location"]) == (303, link(subscription))
    ending = reload(subscription)
    assert (ending.status, ending.cancel_at) == (subscription.status, ending.starts_of(ending.period))
    last = SubscriptionChange.objects.last()
    assert (last.actor, last.reason) == (
        f"page/account:{desk.buyer.public_id}",
        "Cancelled by the buyer on the account page.",
    )
    day = write_day(ending.cancel_at)
    shown = text_of(desk.browser.get(answer["Location"]))
    assert f"Ends on {day} It is cancelled and works until then. Nothing more is charged." in shown
    assert "Next charge" not in shown
    assert f"Ends on {day}; nothing more is charged Keep it" in text_of(desk.browser.get("/account/"))
    assert f"ends on {day} It works until" in text_of(desk.browser.get(way_out(subscription)))
    for _ in range(2):
        assert press(desk.browser, subscription, "keep").status_code == 303
    assert reload(subscription).cancel_at is None
    assert SubscriptionChange.objects.last().reason == "Kept by the buyer on the account page."
    assert SubscriptionChange.objects.filter(reason__startswith="Kept").count() == 1


def test_a_page_from_before_a_renewal_cancels_nothing_and_says_so(desk, subscription):
    wrong = {"decision": "period_end", "ends_at": clock.now().isoformat()}
    answer = desk.browser.post(way_out(subscription), wrong)
    assert answer.status_code == 409
    assert "The subscription was renewed or changed meanwhile" in text_of(answer)
    assert reload(subscription).cancel_at is None


@pytest.mark.parametrize(
    "nonsense",
    [{}, {"decision": "x"}, {"decision": "period_end"}, {"decision": "period_end", "ends_at": "\0soon"}],
)
def test_an_incomplete_form_decides_nothing(desk, subscription, nonsense):
    answer = desk.browser.post(way_out(subscription), nonsense)
    assert answer.status_code == 400
    assert "Nothing was decided" in text_of(answer)
    assert reload(subscription).cancel_at is None


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["trial", "processed", "active", "past_due", "frozen", "held"])
def test_it_can_be_ended_at_once_and_shows_so(desk, stage):
    subscription = subscription_at(stage, CallerFactory(account=desk.buyer, application=desk.app))
    answer = press(desk.browser, subscription, "now")
    assert (answer.status_code, answer["Location"]) == (303, link(subscription))
    assert reload(subscription).status == "cancelled"
    assert "Cancelled It ended on" in text_of(desk.browser.get(answer["Location"]))
    last = SubscriptionChange.objects.last()
    assert (last.to_status, last.actor) == ("cancelled", f"page/account:{desk.buyer.public_id}")


def test_pressing_twice_ends_it_once(desk, subscription):
    answers = [desk.browser.post(way_out(subscription), NOW) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {link(subscription)}
    assert SubscriptionChange.objects.filter(to_status="cancelled").count() == 1


@pytest.mark.parametrize("stage", ["pending", "accepted", "declined", "cancelled"])
def test_what_does_not_run_cannot_be_ended_and_shows_what_is_so(desk, stage):
    subscription = subscription_at(stage, CallerFactory(account=desk.buyer, application=desk.app))
    for answer in (desk.browser.get(way_out(subscription)), desk.browser.post(way_out(subscription))):
        assert (answer.status_code, answer["Location"]) == (303, link(subscription))
    assert reload(subscription).status == stage


@pytest.mark.slow
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
    colleague = log_in(AccountFactory(organization=desk.buyer.organization))
    assert colleague.post(way_out(subscription), NOW).status_code == 303


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
        assert desk.browser.post(way_out(subscription), NOW).status_code == 303
    assert reload(subscription).status == "cancelled"
