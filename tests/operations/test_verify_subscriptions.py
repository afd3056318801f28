"""Each invariant of subscriptions is broken on purpose, and exactly it is reported."""

from datetime import timedelta

import pytest
from django.db import connection

from core import clock
from operations.factories import OrganizationFactory, PaymentOptionFactory, SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data, find_broken
from tests.operations.subscription_breakages import SUBSCRIPTIONS
from tests.subscriptions import stories
from tests.subscriptions.stories import fetch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _nobody_issues_invoices(settings):
    """The story is of long ago, and no sweep follows its payments."""
    settings.INVOICING = {"issuer": None, "since": None, "font": ""}


@pytest.fixture(scope="module")
def story(request):
    """What subscription_breakages breaks, begun 70 days ago or today."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


def tell_story():
    start, today = clock.now() - timedelta(days=70), clock.now() - timedelta(hours=1)
    paid = SubscriptionFactory(activated=True, at=start, name='Straße "7" \\ 🧾 Ελλάδα')
    cancelled = SubscriptionFactory(activated=True, at=start)
    frozen = SubscriptionFactory(activated=True, card="tok_test_decline_hard", at=start)
    retried = SubscriptionFactory(activated=True, card="tok_test_decline_soft", at=today)
    stories.at(start)
    with clock.travel_to(start + timedelta(days=1)):
        cancel_subscription(cancelled.pk, actor="staff:root", reason="asked for")
    for instant in (paid.starts_of(1), paid.starts_of(2), today):
        stories.at(instant)
    connection.check_constraints()
    return name_rows(paid, cancelled, frozen, retried)


def name_rows(paid, cancelled, frozen, retried):
    first, second, third = paid.charges.order_by("period")
    dates = {f"starts_of_{period}": paid.starts_of(period) for period in (0, 1, 2, 7, 8)}
    return dates | {
        "paid": paid.pk,
        "first": first.pk,
        "second": second.pk,
        "third": third.pk,
        "terms": first.terms_hash,
        "cancelled": cancelled.pk,
        "last": cancelled.charges.get().pk,
        "frozen": frozen.pk,
        "failed": frozen.charges.get(status="failed").pk,
        "retried": retried.pk,
        "open": retried.charges.get(status="processed").pk,
        "fresh": SubscriptionFactory().pk,
        "payee": paid.payee_id,
        "foreign_card": PaymentOptionFactory(organization=OrganizationFactory()).pk,
        "customers_card": PaymentOptionFactory(of_customer=True).pk,
    }


@pytest.mark.parametrize(("minutes", "broken"), [(14, set()), (16, {"I-27"})])
def test_clocks_may_differ_by_a_quarter_of_an_hour_and_no_more(minutes, broken, story):
    sql = (
        "UPDATE charges_attempt a"
        f" SET sent_at = s.cancelled_at + interval '{minutes} minutes'"
        " FROM subscriptions_subscription s"
        f" WHERE s.id = {story['cancelled']} AND a.charge_id = {story['last']}"
    )
    break_data(sql)
    assert find_broken(sql) == broken


def test_sound_subscriptions_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = SUBSCRIPTIONS[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected


def test_what_was_rehearsed_in_the_future_does_not_contradict_what_people_do_today():
    subscription = SubscriptionFactory(activated=True, at=clock.now())
    for month in range(3):
        stories.at(fetch(subscription).starts_of(month))
    cancel_subscription(subscription.pk, actor="staff:root", reason="asked for")
    assert find_broken() == set()
