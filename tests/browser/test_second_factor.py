"""Staff in a real browser: an app and a passkey are added, asked for, and let money move."""

import base64

import pytest
from axe_playwright_python.sync_playwright import Axe

from access.models import Passkey
from charges.models import Charge
from operations.factories import UserFactory
from tests.backoffice.second_factors import code_of
from tests.charges.refunds.asking import paid

PASSWORD = "a-long-enough-password"


@pytest.fixture
def staff_page(open_page, live_server, settings):
    """A page of a superuser who is not logged in, on a device with a passkey store."""
    settings.STAFF_SECOND_FACTOR, settings.BASE_URL = "money", live_server.url
    UserFactory(username="root", superuser=True, password=PASSWORD)
    page = open_page()
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    return page


def log_in(page, server):
    page.goto(f"{server.url}/admin/")
    page.fill("#id_username", "root")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")


def check(page):
    """Look at a page as axe does, light and dark, and at its width on a small phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == [], page.url
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    page.set_viewport_size(size)


def test_money_moves_with_an_app_and_a_passkey_and_not_without(staff_page, live_server):
    page, charge = staff_page, paid(10_000)
    refund = f"{live_server.url}/admin/charges/charge/{charge.pk}/refund/"
    log_in(page, live_server)
    page.goto(refund)
    page.get_by_text("This needs a second factor").wait_for()
    check(page)
    page.get_by_role("link", name="Add an authenticator app").click()
    secret = page.locator("code").inner_text()
    check(page)
    page.fill("#id_code", code_of(read_secret(secret)))
    page.get_by_role("button", name="Add app").click()
    page.get_by_text("They are not shown again").wait_for()
    check(page)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(refund)
    page.fill("#id_amount", "1.00")
    page.fill("#id_reason", "Broken.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Refund").click()
    page.get_by_text("The refund is on its way.").wait_for()
    assert Charge.objects.filter(kind="refund").count() == 1

    page.goto(f"{live_server.url}/admin/your-log-in/passkey/")
    check(page)
    page.fill("#id_name", "Blue key")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("The second factor is added.").wait_for()
    check(page)
    page.context.clear_cookies()
    log_in(page, live_server)
    page.wait_for_url("**/admin/second-factor/**")
    check(page)
    page.get_by_role("button", name="Use passkey").click()
    page.wait_for_url(f"{live_server.url}/admin/")
    assert Passkey.objects.get(name="Blue key").used_at is not None
    for path in ("roles/", "customers/auditline/", "access/opensession/"):
        page.goto(f"{live_server.url}/admin/{path}")
        check(page)


def read_secret(letters):
    return base64.b32decode(letters.replace(" ", ""))
