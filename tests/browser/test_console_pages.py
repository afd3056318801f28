"""Every page of the console: accessible in both colour schemes, by keys, and on a very small screen."""

import pytest

from tests.browser.console_pages import list_console_pages
from tests.browser.test_every_page import LONG
from tests.browser.visits import visit
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
        *list_console_pages(seller, empty),
        *((name, f"/console/{path}", seller.owner) for name, path in own),
        *((f"no {name}", f"/console/{name}/", empty.owner) for name in NAMES),
    ]


def test_every_page_is_for_all_eyes_keys_and_screens(pages, live_server, open_page):
    windows, troubles = {}, []
    for name, path, reader in pages:
        if reader not in windows:
            windows[reader] = open_page(reader, bypass_csp=True)
        troubles += visit(windows[reader], f"{live_server.url}{path}", name)
    assert not troubles, "\n".join(troubles)
