"""The decision page inside a frame of the seller's site, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.desk import reload


def open_in_frame(page, shop, seller_site):
    page.goto(f"{seller_site}/frame?{shop.url}")
    return page.frame_locator("iframe")


def test_inside_the_sellers_frame_a_new_window_is_offered(shop, open_page, seller_site):
    page = open_page(shop.buyer)
    frame = open_in_frame(page, shop, seller_site)
    expect(frame.locator("[value=accept]")).to_have_count(0)
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Continue in a new window").click()
    expect(opened.value.locator("[value=accept]")).to_be_visible()
    assert opened.value.evaluate("window.opener") is None


def test_a_frame_that_moves_on_to_the_charge_by_itself_gets_the_same(shop, open_page, seller_site):
    page = open_page(shop.buyer)
    page.goto(f"{seller_site}/frame?/inside")
    page.frames[1].evaluate(f"window.location.href = '{shop.url}'")
    expect(page.frame_locator("iframe").get_by_role("link", name="Continue in a new window")).to_be_visible()


def test_a_site_that_is_not_registered_sees_nothing(shop, open_page, seller_site):
    shop.app.return_origins = ["https://seller.example"]
    shop.app.save()
    page = open_page(shop.buyer)
    refusals = []
    page.on("console", lambda message: refusals.append(message.text))
    frame = open_in_frame(page, shop, seller_site)
    expect(frame.get_by_role("link", name="Continue in a new window")).to_have_count(0)
    assert any("frame-ancestors" in text for text in refusals)


@pytest.mark.parametrize(("button", "status"), [("accept", "accepted"), ("decline", "declined")])
def test_an_app_inside_the_console_gets_its_frame_back_after_the_decision(
    shop, open_page, seller_site, settings, button, status
):
    console = seller_site.replace("localhost", "127.0.0.1")
    settings.CONSOLE_ORIGINS = [console]
    page = open_page(shop.buyer)
    page.goto(f"{console}/frame?{seller_site}/app")
    app = page.frames[1]
    app.evaluate(f"window.location.href = '{shop.url}'")
    link = page.frame_locator("iframe").get_by_role("link", name="Continue in a new window")
    with page.context.expect_page() as opened:
        link.click()
    opened.value.locator(f"[value={button}]").click()
    app.wait_for_url(f"{shop.charge.return_url}?id={shop.charge.public_id}&type=direct_charge")
    assert reload(shop.charge).status == status
    assert page.url == f"{console}/frame?{seller_site}/app"
