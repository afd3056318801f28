"""A buyer accepts and cancels a subscription in a browser, and removes an app."""

from datetime import timedelta

from playwright.sync_api import expect

from core import clock
from operations.factories import CallerFactory, SubscriptionFactory
from tests.access.oauth import flow
from tests.browser.visits import DESKTOP, find_faults
from tests.desk import link, reload, subscription_at


def test_a_buyer_reads_about_the_trial_accepts_and_is_back_at_the_seller(shop, open_page, seller_site):
    back = f"{seller_site}/back"
    subscription = SubscriptionFactory(
        caller=CallerFactory(account=shop.buyer, application=shop.app), trial_days=14, return_url=back
    )
    page = open_page(shop.buyer)
    page.goto(shop.server + link(subscription))
    first = clock.now() + timedelta(days=14)
    expect(page.locator(".dues")).to_contain_text(f"From {first:%-d %B %Y}")
    page.locator("[value=accept]").click()
    page.wait_for_url(f"{back}?id={subscription.public_id}")
    assert reload(subscription).status == "accepted"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accepted")


def test_a_buyer_cancels_on_the_account_page(shop, open_page):
    subscription = subscription_at(
        "active", CallerFactory(account=shop.buyer, application=shop.app), name="Reports", return_url=""
    )
    page = open_page(shop.buyer)
    page.goto(f"{shop.server}/account/")
    page.get_by_role("link", name="Cancel Reports").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancel Reports?")
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Cancel Reports").click()
    page.get_by_role("button", name="Cancel on").click()
    expect(page).to_have_url(shop.server + link(subscription))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ends on")
    page.goto(f"{shop.server}/account/")
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Active")
    page.get_by_role("link", name="cancel it", exact=True).click()
    page.get_by_text("Cancel at once instead").click()
    page.get_by_role("button", name="Cancel at once").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancelled")
    assert reload(subscription).status == "cancelled"
    page.goto(f"{shop.server}/account/")
    expect(page.get_by_role("link", name="Cancel Reports")).to_have_count(0)


def test_a_buyer_removes_an_app_with_what_is_paid_for_in_it(shop, open_page):
    app = flow.ClientFactory(name="Paper Planes")
    flow.get_tokens(app, shop.buyer)
    caller = CallerFactory(account=shop.buyer, application=app)
    paid, late = (subscription_at(stage, caller, name=f"Planes {stage}") for stage in ("active", "frozen"))
    page = open_page(shop.buyer, bypass_csp=True)
    page.goto(f"{shop.server}/account/apps/")
    page.get_by_role("button", name="Remove for everyone : Paper Planes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove Paper Planes?")
    assert not [*find_faults(page, "removing")]
    page.set_viewport_size(DESKTOP)
    page.get_by_role("button", name="Remove the app and end these").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apps with access")
    expect(page.get_by_text("Paper Planes")).to_have_count(0)
    assert (reload(paid).status, reload(late).status) == ("active", "cancelled")
    assert reload(paid).cancel_at is not None
