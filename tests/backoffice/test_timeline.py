"""A timeline tells what happened to a charge, a subscription or an organisation, in one query."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backoffice.amount_presenters import explain_charge
from charges.models import Charge
from ledger.models import LedgerAccount, LedgerEntry
from operations.factories import ChargeFactory, SubscriptionFactory, UserFactory
from tests.backoffice.test_admin_lists import address, get
from tests.backoffice.timelines import lines

pytestmark = pytest.mark.django_db


def test_a_charge_tells_all_steps_in_words(staff):
    charge = ChargeFactory(collected=True, price_minor=950, quantity=2)
    found, page = lines(staff, charge)
    for what in (
        "19.00 USD asked for: ",
        f"{charge.buyer_account.email} agreed",
        "Collected",
        "19.00 USD asked of sandbox",
        "sandbox answered: Captured",
        "19.00 USD booked: Collection",
    ):
        assert any(line.startswith(what) for line in found), what
    assert " on account " not in page
    assert "account:" not in page


def test_a_subscription_and_its_buyer_and_seller_tell_theirs(staff):
    subscription = SubscriptionFactory(past_due=True)
    found, _ = lines(staff, subscription)
    for what in (
        "19.00 USD a period asked for: Monthly app",
        "Payment being retried",
        "19.00 USD: payment collected",
    ):
        assert what in found
    bought, _ = lines(staff, subscription.buyer)
    assert "Bought Monthly app for 19.00 USD: Collected" in bought
    sold, _ = lines(staff, subscription.payee)
    assert "Sold Monthly app for 19.00 USD: Collected" in sold


def test_what_somebody_may_not_see_is_left_out(staff):
    charge = ChargeFactory(collected=True)
    person = UserFactory(staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename="view_charge"))
    browser = Client()
    browser.force_login(person)
    found, _ = lines(browser, charge)
    assert "Collected" in found
    assert not [line for line in found if "booked" in line or "sandbox" in line]
    person.user_permissions.clear()
    page = browser.get(address(Charge, "change", charge.pk).replace("/change/", "/timeline/"))
    assert page.status_code == 403
    assert staff.get(f"/admin/charges/charge/{charge.pk + 1000}/timeline/").status_code == 404


def test_it_is_one_query_however_much_happened(staff):
    few, many = SubscriptionFactory(activated=True), SubscriptionFactory(past_due=True)
    counts = []
    for row in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            lines(staff, row)
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 10
    assert len([query for query in queries if "UNION ALL" in query["sql"]]) == 1


def test_an_amount_says_why_it_is_what_it_is(staff):
    charge = ChargeFactory(collected=True, price_minor=950, quantity=2)
    first, second, *_ = explain_charge(charge)
    assert first == "2 × 9.50 USD = 19.00 USD."  # noqa: RUF001
    assert second.endswith("3.80 USD for the marketplace, 15.20 USD for the seller.")
    page, _ = get(staff, address(Charge, "change", charge.pk))
    assert "2 × 9.50 USD = 19.00 USD." in page  # noqa: RUF001


def test_what_is_owed_is_shown_as_owed(staff):
    charge = ChargeFactory(collected=True, price_minor=1_900, quantity=1)
    accounts, _ = get(staff, address(LedgerAccount))
    entries, _ = get(staff, address(LedgerEntry))
    for page in (accounts, entries):
        assert f"Owed to {charge.payee.name} (USD)" in page
        assert "-15.20 USD" not in page
    assert ">15.20 USD<" in accounts
    assert ">+15.20 USD<" in entries
    assert "Collection: " in entries
