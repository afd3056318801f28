"""The admin in a browser that runs no scripts: daily work is done, and a phone's menu opens."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bookkeeping.closing import prepare_months
from charges.models import Charge
from core import clock
from customers.models import Account, Application
from ledger.models import Month
from operations.factories import ChargeFactory, OrganizationFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.browser.clicks import Clicks, log_in_as
from tests.browser.visits import SMALL
from tests.charges.refunds.asking import paid


@pytest.fixture
def shop(live_server):
    """Two charges, two subscriptions, and a month that is over."""
    with clock.travel_to(clock.now() - timedelta(days=32)):
        ChargeFactory(collected=True)
    prepare_months()
    return SimpleNamespace(
        charge=paid(4_321, name="Heatmap export"), held=[SubscriptionFactory(active=True) for _ in range(2)]
    )


@pytest.fixture
def clicks(open_page, live_server):
    page = log_in_as("Finance", open_page(java_script_enabled=False), live_server.url)
    return Clicks(page, live_server.url)


def test_a_list_is_filtered_rows_are_acted_on_and_money_is_moved(shop, clicks):
    clicks.begin()
    clicks.link("Charges")
    clicks.open("Filters")
    clicks.page.get_by_label("At least").fill("43.21")
    clicks.press("Apply Filters")
    assert clicks.page.locator("#result_list tbody tr.data-row").count() == 1

    clicks.row("43.21")
    clicks.link("Refund")
    clicks.press("Go on", amount="3.21")
    clicks.press("Refund")
    assert Charge.objects.get(refund_of=shop.charge).total_minor == 321

    clicks.link("Subscriptions")
    for box in clicks.page.locator("input.action-select").all():
        box.check()
    clicks.page.get_by_label("Select action to run").select_option("hold")
    clicks.press("Run")
    clicks.press("Hold")
    clicks.sees("2 of 2 done.")
    assert Subscription.objects.filter(held_at__isnull=False).count() == 2

    clicks.begin()
    clicks.concern("Months to close")
    clicks.link("Close the month")
    clicks.press("Close the month")
    assert Month.objects.filter(fenced_at__isnull=False).exists()


def test_on_a_phone_the_menu_opens_and_the_acts_of_a_page_are_there(shop, clicks):
    clicks.page.set_viewport_size(SMALL)
    clicks.begin()
    clicks.page.get_by_role("link", name="Menu").click()
    clicks.link("Charges")
    clicks.row("43.21")
    assert clicks.page.get_by_role("link", name="Refund", exact=True).is_visible()
    assert clicks.page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    clicks.page.get_by_role("link", name="Menu").click()
    clicks.page.locator("#nav-sidebar summary").click()
    clicks.follow(clicks.page.get_by_role("button", name="Log out"))
    clicks.begin()
    assert "/login/" in clicks.page.url
    assert clicks.page.get_by_role("button", name="Log in").is_visible()


def test_a_person_and_an_app_are_added_from_the_page_of_their_organisation(open_page, live_server):
    seller = OrganizationFactory(name="Paper Kites Ltd")
    page = log_in_as("Administrator", open_page(java_script_enabled=False), live_server.url)
    clicks = Clicks(page, live_server.url)
    clicks.begin()
    clicks.link("Organizations")
    clicks.row("Paper Kites Ltd")
    clicks.link("Add a person")
    clicks.press("Save", email="kim@kites.example")
    assert Account.objects.get(email="kim@kites.example").organization == seller

    clicks.link("Organizations")
    clicks.row("Paper Kites Ltd")
    clicks.link("Add an app")
    clicks.type(name="Kite Reports", author_email="kim@kites.example", redirect_uris="https://k.example/")
    for boxes in ("products", "allowed_scopes"):
        page.locator(f"input[name={boxes}]").first.check()
    clicks.press("Save")
    assert Application.objects.get(name="Kite Reports").organization == seller
