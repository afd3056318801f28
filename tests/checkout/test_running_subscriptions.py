"""The account page's list of what may go on charging."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from operations.factories import AccountFactory, CallerFactory, SubscriptionFactory
from tests.desk import link, log_in, subscription_at, text_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
STANDINGS = {
    "trial": "Trial, first payment on 18 December 2026",
    "processed": "A payment is in progress",
    "active": "Next payment on 19 December 2026",
    "past_due": "A payment failed, and we are trying again",
    "frozen": "Stopped: a payment failed",
    "held": "On hold: nothing is charged while our team looks into it",
}


@pytest.fixture(scope="module")
def _desk_of_module():
    """None is made before; each desk is of that day."""


@pytest.fixture(autouse=True)
def _now():
    with clock.travel_to(NOW):
        yield


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


@pytest.mark.slow
@pytest.mark.parametrize("stage", STANDINGS)
def test_each_is_shown_with_price_period_standing_and_a_way_out(desk, caller, stage):
    subscription = subscription_at(stage, caller, name="Reports")
    page = desk.browser.get("/account/")
    markup = page.content.decode()
    assert f"Reports Report Builder $19.00 every month {STANDINGS[stage]} Cancel Reports" in text_of(page)
    assert f'href="{link(subscription).replace("&", "&amp;")}"' in markup
    assert f'href="/account/subscriptions/{subscription.public_id}/cancel/"' in markup


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["withdrawn", "lapsed", "declined", "cancelled", "expired"])
def test_what_cannot_charge_is_not_shown(desk, caller, stage):
    subscription_at(stage, caller, name="Reports")
    text = text_of(desk.browser.get("/account/"))
    assert "Running subscriptions None." in text
    assert "Reports" not in text.replace("100 extra reports", "")


def test_a_price_per_account_and_a_test_are_said_to_be_so(desk, caller):
    subscription_at("active", caller, name="Reports", per_account=True, test=True)
    text = text_of(desk.browser.get("/account/"))
    assert "Reports Test Report Builder $19.00 per account every month" in text
    assert "Next test payment on 19 December 2026" in text


def test_one_that_awaits_a_decision_stands_among_the_charges(desk, caller):
    with clock.travel_to(NOW + timedelta(seconds=1)):
        SubscriptionFactory(caller=caller, name="Reports", interval=12)
    text = text_of(desk.browser.get("/account/"))
    assert "Awaiting your decision Reports Report Builder, 20 November 2026 $19.00 every year" in text
    assert text.index("Reports") < text.index("100 extra reports") < text.index("Running subscriptions")


def test_only_those_of_the_own_organisation_are_shown_to_those_who_may_decide(desk, caller):
    subscription_at(
        "trial", CallerFactory(account=AccountFactory(), application=desk.app), name="Foreign", test=True
    )
    subscription_at("trial", caller, name="Reports")
    assert "Foreign" not in text_of(desk.browser.get("/account/"))
    member = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    assert "Reports" not in text_of(log_in(member).get("/account/"))


@pytest.mark.slow
def test_it_lists_the_newest_twenty_with_one_query(desk, caller, django_assert_num_queries):
    for number in range(21):
        subscription_at("trial", caller, name=f"Number {number}.")
    with django_assert_num_queries(12):
        text = text_of(desk.browser.get("/account/"))
    assert text.count("Number 20.") == 2
    assert "Number 0." not in text


def test_an_index_that_begins_with_the_buyer_serves_each_list(desk):
    with CaptureQueriesContext(connection) as queries:
        desk.browser.get("/account/")
    # What waits to be confirmed is little in all, and may be found by that as well.
    others = [query["sql"] for query in queries if "charges_attempt" not in query["sql"]]
    lists = [sql for sql in others if "LIMIT 2" in sql and "buyer_id" in sql]
    assert len(lists) == 5
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # In a table without rows the days of all buyers look as cheap; lists of staff use these.
        cursor.execute("DROP INDEX charges_by_day, charges_that_hold, not_collected_by_day")
        for sql in lists:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
            plan = cursor.fetchone()[0]
            plan = plan if isinstance(plan, str) else json.dumps(plan)
            assert "buyer_id = " in plan.partition('"Index Cond"')[2].partition(")")[0], plan
