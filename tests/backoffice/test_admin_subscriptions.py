"""Looking at subscriptions: words, filters, search and the price of a page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from charges.models import Charge
from core import clock
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.subscriptions.stories import START, at, change_card, fetch

LIST = "/admin/subscriptions/subscription/"
# Session, user, the page, its newest charges, and three to prolong the session.
MOST_QUERIES = 7

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def get(staff, url):
    with CaptureQueriesContext(connection) as queries:
        page = staff.get(url)
    assert page.status_code == 200, url
    return page.content.decode(), [query["sql"] for query in queries]


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def listed(staff, **query):
    page, _ = get(staff, reverse("admin:subscriptions_subscription_changelist", query=query or None))
    return {int(pk) for pk in re.findall(r"subscription/(\d+)/change/", page)}


def make_held():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    at(START + timedelta(days=130))
    return fetch(subscription)


def make_failing(behaviour="decline_soft"):
    """Paid for a month, then declined."""
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    change_card(subscription, behaviour)
    at(subscription.starts_of(1))
    return fetch(subscription)


def test_a_list_is_never_counted_and_costs_the_same_for_more_rows(staff):
    make_failing()
    get(staff, LIST)
    _, few = get(staff, LIST)
    for _ in range(3):
        make_failing()
    _, many = get(staff, LIST)
    assert not [sql for sql in many if "COUNT(" in sql]
    assert len(few) == len(many) <= MOST_QUERIES, many


def test_a_page_costs_the_same_for_more_periods(staff):
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    get(staff, page_of(subscription))
    _, few = get(staff, page_of(subscription))
    for period in range(1, 6):
        at(subscription.starts_of(period))
    _, many = get(staff, page_of(subscription))
    assert len(few) == len(many), many


def test_price_and_period_are_in_words(staff):
    SubscriptionFactory(interval=3, per_account=True)
    SubscriptionFactory(test=True, price_minor=123_456)
    page, _ = get(staff, f"{LIST}?mode=both")
    assert "19.00 USD for each account, every 3 months" in page
    assert "1,234.56 USD every month" in page
    assert re.search(r">\s*Test\s*</span>", page)


def test_a_running_one_shows_when_it_is_billed_next(staff):
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    for url, when in ((LIST, "28 Feb 2027, 10:00"), (page_of(subscription), "2027-02-28 10:00:00 UTC")):
        assert when in get(staff, url)[0]


def test_a_failing_one_shows_why_and_when_it_is_retried(staff):
    subscription = make_failing()
    for url, when in ((LIST, "1 Mar 2027, 10:00"), (page_of(subscription), "2027-03-01 10:00:00 UTC")):
        page, _ = get(staff, url)
        assert "The card has insufficient funds. (insufficient_funds)" in page
        assert f"Next try on {when}" in page
        assert "Payment being retried" in page


def test_a_frozen_one_shows_why(staff):
    page, _ = get(staff, page_of(make_failing("decline_hard")))
    assert "The card was reported stolen. (stolen_card)" in page
    assert "Next try on" not in page


def test_a_held_one_shows_since_when_and_why(staff):
    subscription = make_held()
    for url, when in ((LIST, "10 Jun 2027, 10:00"), (page_of(subscription), "2027-06-10 10:00:00 UTC")):
        assert f"Held since {when}: More than 3 periods were missed." in get(staff, url)[0]


def test_a_page_shows_periods_attempts_consent_and_history(staff):
    subscription = make_failing()
    page, _ = get(staff, page_of(subscription))
    for charge in subscription.charges.all():
        assert page_of(charge) in page
    for text in (
        page_of(subscription.charges.get(period=1).attempts.get()),
        subscription.acceptance.terms_hash,
        "system:collection",
        "visa ending in 4242",
        "1, 3, 5, 7 days after the first decline",
        f"subscription__id__exact={subscription.pk}",
    ):
        assert text in page
    assert "tok_test" not in page


def test_only_the_newest_24_periods_are_shown(staff):
    subscription = SubscriptionFactory(activated=True, at=START)
    for period in range(26):
        at(subscription.starts_of(period))
    page, _ = get(staff, page_of(subscription))
    shown = [int(number) for number in re.findall(r">Period (\d+)<", page)]
    assert shown == list(range(26, 2, -1))
    rows, _ = get(staff, f"/admin/charges/charge/?subscription__id__exact={subscription.pk}")
    assert len(re.findall(r"charge/\d+/change/", rows)) == 26


def test_a_charge_of_a_period_leads_to_its_subscription(staff):
    subscription = make_failing()
    charge = subscription.charges.get(period=1)
    page, _ = get(staff, page_of(charge))
    assert page_of(subscription) in page
    assert "2027-02-28 10:00:00 UTC" in page
    rows, _ = get(staff, "/admin/charges/charge/")
    assert f'href="{page_of(subscription)}">Period 2</a>' in rows


def test_one_box_finds_a_subscription_by_any_id(staff):
    SubscriptionFactory()
    app = ApplicationFactory(name="Somebody's app")
    account = AccountFactory(email="somebody@buyer.example")
    subscription = SubscriptionFactory(
        caller=CallerFactory(account=account, application=app), external_id="in-app-77"
    )
    terms = {
        "public id": str(subscription.public_id),
        "without dashes": subscription.public_id.hex,
        "external id": "in-app-77",
        "buyer's name": account.organization.name,
        "e-mail": "Somebody@buyer.example",
        "client id": app.client_id,
        "buyer's licence": str(account.organization.license_id),
    }
    assert {what: listed(staff, q=term) for what, term in terms.items()} == {
        what: {subscription.pk} for what in terms
    }
    assert listed(staff, q="in-app-7") == set()


def test_the_charges_of_a_subscription_are_found_by_its_id(staff):
    subscription = make_failing()
    page, _ = get(staff, f"/admin/charges/charge/?q={subscription.public_id}")
    for charge in Charge.objects.filter(subscription=subscription):
        assert page_of(charge) in page


def test_the_questions_of_every_day_are_filters(staff):
    fresh = SubscriptionFactory(test=True)
    past_due, frozen = make_failing(), make_failing("decline_hard")
    held = make_held()
    due = SubscriptionFactory(activated=True, at=clock.now() - timedelta(hours=1))
    with clock.travel_to(frozen.frozen_at + timedelta(days=6)):
        assert listed(staff, look="frozen") == {frozen.pk}
    with clock.travel_to(frozen.frozen_at + timedelta(days=8)):
        assert listed(staff, look="frozen") == set()
    assert listed(staff, look="held") == {held.pk}
    assert listed(staff, look="retried") == {past_due.pk}
    assert listed(staff, look="due") == {due.pk}
    assert listed(staff, status__exact="past_due") == {past_due.pk}
    assert listed(staff, status__exact="frozen") == {frozen.pk}
    assert listed(staff, mode="test") == {fresh.pk}


def test_the_first_page_tells_what_needs_a_look(staff):
    quiet = {concern.title: concern.value for concern in staff.get("/admin/").context["concerns"]}
    assert quiet["Subscriptions held for a person"] == "0"
    assert quiet["Oldest renewal due"] == "none is due"
    make_failing()
    frozen = make_failing("decline_hard")
    make_held()
    SubscriptionFactory(activated=True, at=frozen.frozen_at - timedelta(hours=1))
    with clock.travel_to(frozen.frozen_at):
        figures = {concern.title: concern for concern in staff.get("/admin/").context["concerns"]}
        for title in ("held for a person", "past due", "frozen in the last 7 days"):
            concern = figures[f"Subscriptions {title}"]
            assert concern.value == "1", title
            assert len(staff.get(concern.address).context["cl"].result_list) == 1
    assert figures["Oldest renewal due"].value == "2027-02-28 09:00:00 UTC"
    assert figures["Oldest renewal due"].alarming
    assert figures["Subscriptions held for a person"].alarming


def test_an_organisation_leads_to_its_subscriptions(staff):
    subscription = SubscriptionFactory()
    page, _ = get(staff, page_of(subscription.buyer))
    assert f"{LIST}?buyer__id__exact={subscription.buyer_id}" in page
    assert Subscription.objects.count() == 1
