"""What staff do to subscriptions and what others do at the same time, or later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from core import clock
from operations.factories import OrganizationFactory, PaymentOptionFactory
from subscriptions.lifecycle.hold_and_retry import release_hold
from subscriptions.locking import lock_subscription
from subscriptions.models import SubscriptionChange
from tests.backoffice.forms import list_acts
from tests.backoffice.subscription_stories import REASON, have_one_held, let_one_fail, path
from tests.subscriptions.stories import START, at, fetch

pytestmark = pytest.mark.django_db(transaction=True)
WAITING_FOR_US = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def test_another_card_is_used_from_then_on(staff):
    failing = let_one_fail()
    other = PaymentOptionFactory(organization=failing.buyer)
    PaymentOptionFactory(organization=OrganizationFactory(name="Somebody else"))
    page = staff.get(path(failing, "change-card")).content.decode()
    assert page.count("visa ending in 4242, valid through 12/2035") == 2
    with clock.travel_to(START + timedelta(hours=1)):
        staff.post(path(failing, "change-card"), REASON | {"payment_option": other.pk})
    at(hours=1)
    assert fetch(failing).payment_option == other
    assert fetch(failing).status == "active"
    assert SubscriptionChange.objects.filter(actor="staff:root").get().reason.startswith("Card changed")


def test_who_comes_second_is_told_the_refusal_on_the_page(staff):
    held = have_one_held()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_subscription(held.pk)
            second = pool.submit(post_and_close, staff, path(held, "release"))
            wait_until_somebody_waits()
            release_hold(held.pk, actor="staff:first", reason="first")
        answer = second.result(30)
    assert "Nothing is held back for this subscription." in answer.content.decode()
    assert [change.actor for change in held.history.filter(reason__startswith="Released")] == ["staff:first"]
    assert list_acts().count() == 0


def post_and_close(browser, address):
    try:
        return browser.post(address, REASON)
    finally:
        connections.close_all()


def wait_until_somebody_waits():
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_sleep(0.01), EXISTS ({WAITING_FOR_US})")
            if cursor.fetchone()[1]:
                return
    pytest.fail("nobody waits for the lock")
