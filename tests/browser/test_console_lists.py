"""Lists of the console and what is in them: accessible in both colour schemes, readable on a small screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_every_page import LONG
from tests.console.sellers import Seller
from tests.console.test_lists import deliver_all, log_requests
from webhooks.models import Delivery

NAMES = ("charges", "subscriptions", "customers", "events", "deliveries", "requests", "money")


@pytest.fixture
def pages(live_server):
    """Name, address and reader of each page; the texts are long."""
    seller, empty = Seller(LONG[:200]), Seller("Nothing yet")
    charge = seller.sell(name=LONG[:200])
    subscription = seller.subscribe(name=LONG[:200], past_due=True)
    deliver_all(seller)
    log_requests(seller, path="/v2/" + "a" * 200, status=422, refusal="price: must be a number")
    delivery = Delivery.objects.order_by("pk").first()
    own = [
        ("charge", f"charges/{charge.public_id}/"),
        ("subscription", f"subscriptions/{subscription.public_id}/"),
        ("customer", f"customers/{charge.buyer.public_id}/"),
        ("event", f"events/{delivery.event.public_id}/"),
        ("delivery", f"deliveries/{delivery.pk}/"),
        *((name, f"{name}/") for name in NAMES),
    ]
    return [
        *((name, f"/console/{path}", seller.owner) for name, path in own),
        *((f"no {name}", f"/console/{name}/", empty.owner) for name in NAMES),
    ]


def test_each_page_is_accessible_in_light_and_dark_and_fits_a_small_screen(pages, live_server, open_page):
    reports = []
    windows = {}
    for name, path, reader in pages:
        if reader not in windows:
            windows[reader] = open_page(reader, bypass_csp=True)
        page = windows[reader]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{live_server.url}{path}")
        found = [Axe().run(page)]
        page.emulate_media(color_scheme="dark")
        found.append(Axe().run(page, options={"runOnly": ["color-contrast"]}))
        reports += [f"{name}: {result.generate_report()}" for result in found if result.violations_count]
        page.set_viewport_size({"width": 320, "height": 640})
        for direction in ("rtl", "ltr"):
            page.evaluate(f"document.documentElement.dir = '{direction}'")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert page.locator("h1").count() == 1, name
    assert not reports, "\n".join(reports)
