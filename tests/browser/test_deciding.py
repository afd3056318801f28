"""A buyer decides about a charge in a browser, with mouse, keyboard and two windows."""

from playwright.sync_api import expect

from charges.models import Acceptance, StatusChange
from tests.desk import consent_link, reload

PASSWORD = "correct horse battery"


def log_in_by_hand(page, account):
    account.user.set_password(PASSWORD)
    account.user.save()
    page.get_by_label("E-mail").fill(account.email.title())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def back(shop) -> str:
    return f"{shop.charge.return_url}?id={shop.charge.public_id}&type=direct_charge"


def test_a_buyer_logs_in_accepts_and_is_back_at_the_seller(shop, open_page):
    page = open_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(shop.url)
    log_in_by_hand(page, shop.buyer)
    expect(page).to_have_url(shop.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("100 extra reports")
    page.locator("[value=accept]").click()
    page.wait_for_url(back(shop))
    assert reload(shop.charge).status == "accepted"
    assert problems == []


def test_a_buyer_declines_and_is_back_at_the_seller(shop, open_page):
    page = open_page(shop.buyer)
    page.goto(shop.url)
    page.get_by_role("button", name="Decline", exact=True).click()
    page.wait_for_url(back(shop))
    assert reload(shop.charge).status == "declined"


def test_the_back_button_shows_what_was_decided(shop, open_page):
    page = open_page(shop.buyer)
    page.goto(shop.url)
    page.locator("[value=accept]").click()
    page.wait_for_url(back(shop))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accepted")
    expect(page.locator("[value=accept]")).to_have_count(0)
    page.get_by_role("link", name="Back to Report Builder").click()
    page.wait_for_url(back(shop))


def test_a_double_click_accepts_once(shop, open_page):
    page = open_page(shop.buyer)
    page.goto(shop.url)
    page.locator("[value=accept]").dblclick(no_wait_after=True)
    page.wait_for_url(back(shop))
    assert reload(shop.charge).status == "accepted"
    assert StatusChange.objects.count() == Acceptance.objects.count() == 1


def test_two_windows_that_disagree_show_the_first_decision(shop, open_page):
    first, second = open_page(shop.buyer), open_page(shop.buyer)
    for page in (first, second):
        page.goto(shop.url)
    first.get_by_role("button", name="Decline").click()
    first.wait_for_url(back(shop))
    second.locator("[value=accept]").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Declined")


def test_everything_works_without_javascript(shop, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(shop.url)
    log_in_by_hand(page, shop.buyer)
    page.locator("[value=accept]").click()
    page.wait_for_url(back(shop))
    assert reload(shop.charge).status == "accepted"


def test_everything_works_with_the_keyboard_alone(shop, open_page):
    page = open_page(shop.buyer)
    page.goto(shop.url)
    names = []
    while "Pay $30.00" not in names:
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        names.append(" ".join(focused.inner_text().split()))
        assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", names[-1]
    assert names == [
        "Skip to the content",
        "Marketplace billing",
        "dana@harbourlane.example",
        "Log out",
        "Change the card",
        "Change country or VAT number",
        "Pay $30.00",
    ]
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Decline")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(back(shop))


def test_both_buttons_have_the_same_size_and_are_in_reach_together(shop, open_page):
    page = open_page(shop.buyer, viewport={"width": 320, "height": 640})
    page.goto(shop.url)
    boxes = [page.locator(f"[value={name}]").bounding_box() for name in ("accept", "decline")]
    assert {(box["width"], box["height"], box["y"]) for box in boxes} == {
        (boxes[0]["width"], boxes[0]["height"], boxes[0]["y"])
    }
    assert boxes[0]["height"] >= 44


def test_a_person_allows_an_application_and_is_back_there(shop, open_page, seller_site):
    shop.app.redirect_uris = f"{seller_site}/oauth"
    shop.app.save()
    for button, answer in (("Deny", "error=access_denied"), ("Allow", "code=")):
        page = open_page(shop.buyer)
        page.goto(shop.server + consent_link(shop.app, redirect_uri=f"{seller_site}/oauth"))
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_url(f"{seller_site}/oauth?{answer}**")


def test_a_log_in_leads_on_to_an_application_that_is_answered_at_once(shop, open_page, seller_site):
    shop.app.redirect_uris = f"{seller_site}/oauth"
    shop.app.allowed_scopes += [
        "billing_admin"
    ]  # Whether this person may grant it is known after the log-in.
    shop.app.save()
    page = open_page()
    asked = consent_link(shop.app, redirect_uri=f"{seller_site}/oauth", scope="billing_admin")
    page.goto(shop.server + asked)
    log_in_by_hand(page, shop.buyer)
    page.wait_for_url(f"{seller_site}/oauth?error=invalid_scope**")


def test_logging_out_on_a_charge_lets_somebody_else_log_in(shop, open_page):
    page = open_page(shop.buyer)
    page.goto(shop.url)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    expect(page.get_by_label("E-mail")).to_be_focused()
