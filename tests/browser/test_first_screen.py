"""On a phone, a buyer sees what it costs and the buttons without scrolling."""

import pytest
from playwright.sync_api import expect

from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from tests.desk import link

PHONES = [(320, 568), (390, 844)]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk " * 4


@pytest.fixture
def offers(shop):
    known = {"caller": CallerFactory(account=shop.buyer, application=shop.app), "return_url": ""}
    return [
        shop.charge,
        ChargeFactory(name=LONG.strip(), price_minor=4_999_900, per_account=True, **known),
        SubscriptionFactory(name="Report Builder Plus", trial_days=14, **known),
        SubscriptionFactory(name="Reports", price_minor=123_456, interval=3, **known),
    ]


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_amount_and_both_buttons_are_on_the_first_screen(shop, offers, open_page, language):
    page = open_page(shop.buyer, locale=language, java_script_enabled=False)
    for width, height in PHONES:
        page.set_viewport_size({"width": width, "height": height})
        for offer in offers:
            page.goto(shop.server + link(offer))
            for name in ("accept", "decline"):
                expect(page.locator(f"[value={name}]")).to_be_in_viewport(ratio=1)
            if len(offer.name) < 60:  # A longer name alone fills a small screen.
                expect(page.locator(".dues dd").first).to_be_in_viewport()


def test_what_has_the_focus_is_not_behind_the_buttons(shop, open_page):
    page = open_page(shop.buyer, viewport={"width": 320, "height": 568})
    page.goto(shop.url)
    page.get_by_role("link", name="Change the card").focus()
    focused, bar = page.locator(":focus").bounding_box(), page.locator(".bar").bounding_box()
    assert focused["y"] + focused["height"] <= bar["y"]
