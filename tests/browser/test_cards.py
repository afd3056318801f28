"""A buyer without a card enters one in a browser, with and without JavaScript, and sees what it pays for."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from customers.models import CardEntrySession
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
)
from tests.browser.accessibility import run_axe_in_both
from tests.card_entry import begin
from tests.desk import link, reload, subscription_at

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
PICTURES = os.environ.get("CARD_PICTURES")  # A folder in which to look at the pages.


@pytest.fixture(autouse=True)
def _address(settings, live_server):
    settings.BASE_URL = live_server.url


@pytest.fixture
def poor(shop):
    """A buyer without a card, and a charge of the shop's app to decide."""
    buyer = AccountFactory(organization=OrganizationFactory(name="Anchor Street Books"))
    return buyer, ChargeFactory(
        caller=CallerFactory(account=buyer, application=shop.app),
        name="100 extra reports",
        return_url=shop.charge.return_url,
    )


def photograph(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_card_is_added_on_the_way_to_accepting(shop, poor, open_page, javascript):
    buyer, charge = poor
    page = open_page(buyer, java_script_enabled=javascript)
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(shop.server + link(charge))
    page.get_by_role("button", name="Add a card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a test card")
    page.get_by_role("button", name="Visa ending in 4242").click()
    page.wait_for_url(shop.server + link(charge))
    expect(page.get_by_text("Visa ending in 4242")).to_be_visible()
    page.locator("[value=accept]").click()
    page.wait_for_url(f"{charge.return_url}**")
    assert reload(charge).status == "accepted"
    assert problems == []


def test_inside_a_frame_the_card_is_added_in_a_new_window(shop, poor, open_page, seller_site):
    buyer, charge = poor
    page = open_page(buyer)
    page.goto(f"{seller_site}/frame?{shop.server}{link(charge)}")
    with page.expect_popup() as popup:
        page.frame_locator("iframe").get_by_role("link", name="Continue in a new window").click()
    window = popup.value
    window.get_by_role("button", name="Add a card").click()
    window.get_by_role("button", name="Visa ending in 4242").click()
    window.wait_for_url(shop.server + link(charge))
    window.locator("[value=accept]").click()
    window.wait_for_url(f"{charge.return_url}**")
    page.frame_locator("iframe").get_by_text("Thanks!").wait_for()


@pytest.fixture
def pages(shop, poor):
    """Name, path and reader of every page about cards."""
    caller = CallerFactory(account=shop.buyer, application=shop.app)
    subscription_at("active", caller, name=LONG[:255], return_url="")
    subscription_at("past_due", caller, name="Sales Funnel Pro", return_url="")
    old = PaymentOptionFactory(organization=shop.buyer.organization, exp_year=2024, exp_month=3, last4="0004")
    new = PaymentOptionFactory(organization=shop.buyer.organization, last4="1111")
    buyer, charge = poor
    sandbox = begin(shop.buyer).url.removeprefix(shop.server)
    return [
        ("no-card-yet", link(charge), buyer),
        ("cards", "/account/cards/", shop.buyer),
        ("no-cards", "/account/cards/", buyer),
        ("remove", f"/account/cards/{old.public_id}/remove/", shop.buyer),
        ("remove-default", f"/account/cards/{new.public_id}/remove/", shop.buyer),
        ("trouble", f"/account/cards/done/?session={sandbox and find_entry_id()}", shop.buyer),
        ("sandbox", sandbox, None),
    ]


def find_entry_id():
    return CardEntrySession.objects.latest("pk").public_id


def test_every_page_about_cards_is_accessible_and_fits_a_very_small_screen(pages, shop, open_page):
    reports = []
    for name, path, reader in pages:
        page = open_page(reader, bypass_csp=True, viewport={"width": 320, "height": 640})
        page.goto(shop.server + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert page.locator("h1").count() == 1, name
        photograph(page, f"{name}-320")
        found = run_axe_in_both(page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1_200, "height": 900})
        photograph(page, f"{name}-1200")
        reports += [f"{name}: {result.generate_report()}" for result in found if result.violations_count]
    assert not reports, "\n".join(reports)
