"""The documentation in a browser: accessible, narrow, dark, without scripts; and trying the API from it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from documentation.site import REFERENCES
from operations.docs_app import DOCS_CLIENT_ID
from operations.factories import ApplicationFactory

GUIDE = "/docs/guides/statuses/"
PAGES = ("/docs/", GUIDE, "/docs/dialects/text/", "/docs/search/?q=key", "/docs/search/?q=qqqq")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_small_screen(open_page, live_server, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    for path in PAGES:
        page.goto(f"{live_server.url}{path}")
        found = Axe().run(page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        page.get_by_text("All pages").click()
        expect(page.get_by_role("link", name="Billy reference").first).to_be_visible()


def test_without_scripts_everything_can_be_read_and_found(open_page, live_server):
    page = open_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/docs/billy/")
    expect(page.get_by_role("cell", name="POST /v1/subscriptions", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("idempotency")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Idempotency: repeat without paying twice").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Idempotency")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_a_command_is_copied_by_its_button(open_page, live_server):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}{GUIDE}")
    block = page.locator(".code", has_text="PUT").first
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("pre").text_content().rstrip()


@pytest.fixture
def docs_client(shop, live_server, settings):
    """The public app of the references, on the server under test."""
    settings.BASE_URL = live_server.url
    vars(REFERENCES["text"]).pop("document", None)
    yield ApplicationFactory(
        organization=shop.app.organization,
        client_id=DOCS_CLIENT_ID,
        client_type="public",
        redirect_uris=f"{live_server.url}/docs/oauth2-redirect.html",
    )
    vars(REFERENCES["text"]).pop("document", None)


@pytest.mark.usefixtures("docs_client")
def test_authorize_gives_the_reference_a_token_that_works(shop, open_page):
    page = open_page(shop.buyer)
    page.goto(f"{shop.server}/docs/text/")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".auth-container", has_text="authorizationCode")
    expect(dialog.get_by_label("client_id")).to_have_value(DOCS_CLIENT_ID)
    dialog.locator("label[for^='billing_manage']").first.click()
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()
    opened.value.get_by_role("button", name="Allow").click()
    expect(dialog.get_by_role("button", name="Remove authorization")).to_be_visible()
    page.get_by_role("button", name="Close").last.click()
    page.locator("#operations-tag-v2").click()
    operation = page.locator("#operations-v2-v2_direct_charge_list")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("[data-param-name=product] select").select_option("livechat")
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
