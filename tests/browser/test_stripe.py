"""A newcomer pays through Stripe in a browser: enters a card there, accepts, confirms where the bank asks."""

import os
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from access.oauth.access_tokens import issue_token
from access.oauth.scopes import PRODUCT_SCOPES
from charges.collection.sweeps import collect_due_charges
from charges.models import AttemptState
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, OrganizationFactory
from tests.browser.accessibility import run_axe_in_both
from tests.desk import link, reload
from tests.gateway.processors import run_stand_in
from tests.verification import assert_books_are_sound

PICTURES = os.environ.get("CARD_PICTURES")  # A folder in which to look at the pages.
VISA, SECURE = "Visa that approves", "Asks for confirmation"


@pytest.fixture(autouse=True)
def stand_in(settings, live_server):
    settings.BASE_URL = live_server.url
    with run_stand_in(settings) as stand_in:
        settings.LIVE_GATEWAY = "stripe"
        yield stand_in


@pytest.fixture
def newcomer(shop):
    """A buyer without a card."""
    return AccountFactory(organization=OrganizationFactory(name="Anchor Street Books"))


@pytest.fixture
def charge(shop, newcomer):
    """What the shop's app asks the newcomer for."""
    return ChargeFactory(
        caller=CallerFactory(account=newcomer, application=shop.app),
        name="100 extra reports",
        return_url=shop.charge.return_url,
    )


@pytest.fixture
def activate(shop, newcomer, charge):
    """The seller's app starts the collection, and the workers collect."""

    def activate() -> None:
        token = issue_token(newcomer, shop.app, list(PRODUCT_SCOPES.values()))
        url = f"{shop.server}/v2/direct_charge/livechat/{charge.public_id}/activate"
        answer = requests.put(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert answer.status_code == 200, answer.text
        collect_due_charges()

    return activate


def enter_card(page, card: str) -> None:
    page.get_by_role("button", name="Add a card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a card")
    page.get_by_role("button", name=card).click()


def accept(page, charge) -> None:
    page.locator("[value=accept]").click()
    page.wait_for_url(f"{charge.return_url}**")


def press_confirm(page, button: str) -> None:
    page.get_by_role("button", name="Confirm the payment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your payment")
    page.get_by_role("button", name=button).click()


def list_captures(stand_in) -> list[int]:
    return [each["amount"] for each in stand_in.books.every("charge") if each["paid"]]


@pytest.mark.parametrize("javascript", [True, False])
def test_from_no_card_to_success(shop, newcomer, charge, activate, open_page, stand_in, javascript):
    page = open_page(newcomer, java_script_enabled=javascript)
    messages = []
    page.on("console", lambda message: messages.append(message))
    page.goto(shop.server + link(charge))
    enter_card(page, VISA)
    page.wait_for_url(shop.server + link(charge))
    expect(page.get_by_text("Visa ending in 4242")).to_be_visible()
    accept(page, charge)
    activate()
    assert reload(charge).status == "success"
    page.goto(shop.server + link(charge))
    expect(page.get_by_role("heading", level=1)).to_have_text("Paid")
    assert list_captures(stand_in) == [charge.total_minor]
    assert [each.text for each in messages if each.location["url"].startswith(shop.server)] == []
    assert_books_are_sound()


@pytest.mark.parametrize(("button", "status"), [("Complete", "success"), ("Fail", "failed")])
def test_a_payment_that_the_bank_asks_to_confirm(
    shop, newcomer, charge, activate, open_page, stand_in, button, status
):
    page = open_page(newcomer)
    page.goto(shop.server + link(charge))
    enter_card(page, SECURE)
    accept(page, charge)
    activate()
    assert charge.attempts.get().state == AttemptState.AWAITING_BUYER
    page.goto(shop.server + link(charge))
    press_confirm(page, button)
    page.wait_for_url(shop.server + link(charge))
    assert reload(charge).status == status
    assert len(list_captures(stand_in)) == (status == "success")
    assert_books_are_sound()


def test_inside_a_frame_the_card_is_entered_in_a_new_window(
    shop, newcomer, charge, activate, open_page, seller_site
):
    page = open_page(newcomer)
    page.goto(f"{seller_site}/frame?{shop.server}{link(charge)}")
    frame = page.frame_locator("iframe")
    with page.expect_popup() as popup:
        frame.get_by_role("link", name="Continue in a new window").click()
    window = popup.value
    enter_card(window, VISA)
    window.wait_for_url(shop.server + link(charge))
    accept(window, charge)
    frame.get_by_text("Thanks!").wait_for()
    activate()
    assert reload(charge).status == "success"


def look(page, name: str) -> list[str]:
    """Check and photograph the page on a very small screen and a wide one."""
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    assert page.locator("h1").count() == 1, name
    found = run_axe_in_both(page)
    page.emulate_media(color_scheme="light")
    for width in (320, 1_200) if PICTURES else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(PICTURES) / f"stripe-{name}-{width}.png", full_page=True)
    return [f"{name}: {result.generate_report()}" for result in found if result.violations_count]


def test_each_page_of_the_way_is_accessible_and_fits_a_very_small_screen(
    shop, newcomer, charge, activate, open_page
):
    page = open_page(newcomer, bypass_csp=True)
    stay = open_page(newcomer, bypass_csp=True)
    for there in ("**/c/pay/**", "**/3ds/**"):  # An answer without a page leaves the browser where it is.
        stay.route(there, lambda route: route.fulfill(status=204))
    here = shop.server + link(charge)
    reports = []

    def visit(name: str) -> None:
        page.goto(here)
        reports.extend(look(page, name))

    def stop_on_the_way(name: str, button: str) -> None:
        stay.goto(here)
        stay.get_by_role("button", name=button).click(no_wait_after=True)
        expect(stay.get_by_role("heading", level=1)).to_have_text("On to the payment processor")
        reports.extend(look(stay, name))

    visit("no-card")
    stop_on_the_way("on-to-checkout", "Add a card")
    page.goto(here)
    enter_card(page, SECURE)
    visit("card")
    accept(page, charge)
    visit("accepted")
    activate()
    visit("to-confirm")
    stop_on_the_way("on-to-the-bank", "Confirm the payment")
    page.goto(here)
    press_confirm(page, "Complete")
    visit("paid")
    assert not reports, "\n".join(reports)
