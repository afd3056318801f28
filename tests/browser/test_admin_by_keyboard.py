"""The admin by Tab, Space and Enter alone: filters, menus, acts, and acts on several rows."""

import pytest

from operations.factories import SubscriptionFactory
from tests.browser.clicks import log_in_as
from tests.browser.keys import press_enter, tab_to, type_into
from tests.browser.visits import SMALL
from tests.subscriptions.stories import fetch

LIST = "/admin/subscriptions/subscription/"


@pytest.fixture
def page(open_page, live_server):
    page = log_in_as("Finance", open_page(), live_server.url)
    page.goto(live_server.url + LIST)
    return page


def test_a_list_is_filtered_and_one_and_several_of_its_rows_acted_on(page):
    subscription = SubscriptionFactory(active=True, price_minor=4_200)
    other = SubscriptionFactory(active=True)
    page.reload()
    press_enter(page.locator("summary", has_text="Filters"))
    type_into(page.get_by_label("At least"), "42")
    press_enter(page.get_by_role("button", name="Apply Filters"))
    page.wait_for_url("**amount_from=42**")
    row = page.get_by_role("link", name="42.00 USD every month")
    assert page.locator("#result_list tbody tr.data-row").count() == 1

    press_enter(row)
    press_enter(page.locator("summary", has_text="More"))
    press_enter(page.get_by_role("link", name="Hold", exact=True))
    type_into(page.get_by_label("Reason"), "The buyer asked.")
    press_enter(page.get_by_role("button", name="Hold", exact=True))
    page.wait_for_url("**/change/")
    assert fetch(subscription).held_reason == "The buyer asked."

    press_enter(page.get_by_role("link", name="Subscriptions", exact=True).first)
    page.wait_for_url(f"**{LIST}")
    for box in page.locator("input.action-select").all():
        press_enter(box, "Space")
    choose_by_keyboard(page, "Cancel")
    press_enter(page.get_by_role("button", name="Run", exact=True))
    page.get_by_text("2 rows, one after the other.").wait_for()
    type_into(page.get_by_label("Reason"), "Both move away.")
    press_enter(page.get_by_role("button", name="Cancel at the end of the paid time"))
    page.get_by_text("2 of 2 done.").wait_for()
    assert None not in [fetch(row).cancel_at for row in (subscription, other)]


def choose_by_keyboard(page, letters):
    """Choose the act by the beginning of its name; its box stands before the list."""
    tab_to(page.get_by_label("Select action to run"))
    page.keyboard.type(letters)


def test_on_a_phone_the_menu_and_the_acts_open_and_close(page, live_server):
    subscription = SubscriptionFactory(active=True)
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}{LIST}{subscription.pk}/change/")
    press_enter(page.get_by_role("button", name="What can be done"))
    tab_to(page.get_by_role("link", name="Cancel subscription"))
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Cancel subscription").is_visible()
    press_enter(page.get_by_role("link", name="Menu"))
    tab_to(page.locator("#link-payouts-payout"))
    page.keyboard.press("Escape")
    assert not page.locator("#link-payouts-payout").is_visible()


def test_the_menu_of_the_name_is_opened_and_left(page):
    press_enter(page.locator("#nav-sidebar summary"))
    press_enter(page.get_by_role("button", name="Dark"))
    assert page.locator("html.dark").count() == 1
    press_enter(page.get_by_role("link", name="Your log-in"))
    page.wait_for_url("**/your-log-in/")
