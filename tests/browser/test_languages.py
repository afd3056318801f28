"""Pages in German and in Arabic, from the right: accessible, and readable on a very small screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from operations.factories import CallerFactory, ChargeFactory
from tests.desk import consent_link, link, subscription_at

SMALL = {"width": 320, "height": 640}


@pytest.fixture
def paths(shop):
    """Pages with the longest texts."""
    shop.app.return_origins = ["https://seller.example"]
    shop.app.save()
    caller = CallerFactory(account=shop.buyer, application=shop.app)
    stages = ("pending", "past_due", "active")
    offers = [subscription_at(stage, caller, name=f"Reports {stage}", trial_days=14) for stage in stages]
    accepted = ChargeFactory(caller=caller, name="100 extra reports", accepted=True)
    account_pages = ["/account/", "/account/cards/", f"/account/direct_charge/{accepted.public_id}/withdraw/"]
    return [*account_pages, consent_link(shop.app), "/nowhere", *map(link, [shop.charge, accepted, *offers])]


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl")])
def test_pages_are_accessible_and_fit_a_very_small_screen(shop, paths, open_page, language, direction):
    page = open_page(shop.buyer, locale=language, viewport=SMALL, bypass_csp=True)
    for path in paths:
        page.goto(shop.server + path)
        assert page.evaluate("document.documentElement.dir") == direction, path
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], path
        report = Axe().run(page)
        assert not report.violations_count, f"{path}: {report.generate_report()}"


def test_the_switch_changes_the_language_and_stays_on_the_page(shop, open_page):
    page = open_page(shop.buyer, java_script_enabled=False)
    page.goto(shop.url)
    page.get_by_role("button", name="العربية").click()
    expect(page).to_have_url(shop.url)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("button", name="العربية")).to_have_attribute("aria-current", "true")


def test_bullets_and_numbers_of_lists_are_seen(shop, open_page):
    page = open_page(shop.buyer, bypass_csp=True)
    page.goto(shop.url)
    steps = page.locator(".steps")
    shown = steps.screenshot()
    page.add_style_tag(content=".steps ::marker { color: transparent; }")
    assert steps.screenshot() != shown
