"""Acts on several rows: each by itself and reported, bounded, with a permission, and never approvals."""

import re
from dataclasses import replace

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from approvals.models import Approval
from backoffice.admin import bulk_acts
from backoffice.admin.bulk_acts import BulkAct, BulkPages
from backoffice.admin.subscription_acts import HOLD
from operations.factories import SubscriptionFactory, UserFactory
from payouts.models import Payout
from subscriptions.models import Subscription
from tests.subscriptions.stories import fetch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST = "/admin/subscriptions/subscription/"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()).replace("&#x27;", "'")


def do(browser, action, rows, **said):
    ticked = {"action": action, "_selected_action": [row.pk for row in rows]}
    return browser.post(LIST, ticked | said, follow=True)


@pytest.fixture
def rows():
    """One that waits for a retry, one that is paid, one that has ended."""
    return [SubscriptionFactory(**{stage: True}) for stage in ("retried", "active", "cancelled")]


def test_what_happens_to_each_is_shown_before_and_reported_after(staff, rows):
    shown = words(do(staff, "hold", rows))
    assert "3 rows, one after the other." in shown
    assert shown.count("No further period is billed") == 2
    assert "Left out: It is held already, does not run" in shown
    assert not Subscription.objects.filter(held_at__isnull=False).exists()
    report = words(do(staff, "hold", rows, confirmed=1, reason="A dispute."))
    assert "2 of 3 done." in report
    assert (report.count("Done"), report.count("Refused")) == (2, 1)
    assert [fetch(row).held_reason for row in rows] == ["A dispute.", "A dispute.", ""]
    assert LogEntry.objects.filter(change_message__startswith="Hold: ").count() == 2
    again = words(do(staff, "hold", rows, confirmed=1, reason="A dispute."))
    assert "0 of 3 done." in again


def test_without_a_reason_nothing_is_done(staff, rows):
    assert "This field is required." in words(do(staff, "hold", rows, confirmed=1, reason=""))
    assert not Subscription.objects.filter(held_at__isnull=False).exists()


def test_one_that_fails_leaves_the_others(staff, rows, monkeypatch):
    broken = rows[0]

    def hold(pk, **said):
        Subscription.objects.filter(pk=pk).update(note="Changed")
        if pk == broken.pk:
            raise RuntimeError("a fault of ours")

    act = BulkAct(replace(HOLD, run=hold), "hold")
    monkeypatch.setattr(type(admin.site._registry[Subscription]), "bulk_acts", (act,))
    report = words(do(staff, "hold", rows, confirmed=1, reason="x"))
    assert "Failed" in report
    assert "1 of 3 done." in report
    assert [fetch(row).note for row in rows] == ["", "Changed", ""]


def test_so_many_and_no_more(staff, rows, monkeypatch):
    monkeypatch.setattr(bulk_acts, "AT_MOST", 2)
    assert "too many at once" in words(do(staff, "hold", rows, confirmed=1, reason="x"))
    assert not Subscription.objects.filter(held_at__isnull=False).exists()


def test_each_ends_with_its_own_paid_time(staff):
    rows = [SubscriptionFactory(active=True) for _ in range(2)]
    assert "2 of 2 done." in words(do(staff, "end_later", rows, confirmed=1, reason="x"))
    for row in rows:
        assert fetch(row).cancel_at == row.next_charge_at


def test_who_may_not_is_not_offered_it(rows):
    person = UserFactory(username="carla", staff=True)
    may = ("view_subscription", "retry_subscription")
    person.user_permissions.add(*Permission.objects.filter(codename__in=may))
    browser = Client()
    browser.force_login(person)
    page = browser.get(LIST).content.decode()
    assert 'value="retry"' in page
    assert 'value="hold"' not in page
    do(browser, "hold", rows, confirmed=1, reason="x")
    assert not Subscription.objects.filter(held_at__isnull=False).exists()


def test_without_a_second_factor_nothing_is_done_to_any_row(staff, rows, settings):
    settings.STAFF_SECOND_FACTOR = "money"
    shown = do(staff, "hold", rows, confirmed=1, reason="x")
    assert shown.redirect_chain[0][0].startswith("/admin/your-log-in/")
    assert not Subscription.objects.filter(held_at__isnull=False).exists()


def test_what_became_of_rows_is_for_who_may_see_them(staff, rows):
    do(staff, "hold", rows, confirmed=1, reason="x")
    assert staff.get(f"{LIST}report/").status_code == 200
    person = UserFactory(username="carla", staff=True)
    browser = Client()
    browser.force_login(person)
    assert browser.get(f"{LIST}report/").status_code == 403


def test_nothing_that_waits_for_a_second_person_is_decided_in_bulk():
    for model in (Approval, Payout):
        assert not isinstance(admin.site._registry[model], BulkPages)
