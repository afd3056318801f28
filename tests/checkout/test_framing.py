"""Inside a frame there is only a link, for registered origins and the console, until the buyer decided."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from core import clock
from operations.factories import CallerFactory, SubscriptionFactory
from tests.desk import link, press, text_of

INSIDE = {"Sec-Fetch-Dest": "iframe"}


def ancestors(response) -> set[str]:
    policy = dict(part.partition(" ")[::2] for part in response["Content-Security-Policy"].split("; "))
    return set(policy["frame-ancestors"].split())


def test_inside_a_frame_there_is_only_a_link_to_a_new_window(desk):
    page = desk.browser.get(link(desk.charge), headers=INSIDE)
    assert page.status_code == 200
    href = f'href="/?id={desk.charge.public_id}" target="_blank" rel="noopener"'
    assert f"{href}>Continue in a new window</a>" in page.content.decode()
    for secret in ("100 extra reports", "2.00", "Harbour Lane", "dana@", "csrfmiddlewaretoken", "<form"):
        assert secret not in page.content.decode()
    assert not page.cookies


def test_only_the_registered_origins_may_frame_it(desk):
    desk.app.return_origins = ["https://seller.example", "http://localhost:3000"]
    desk.app.save()
    page = desk.browser.get(link(desk.charge), headers=INSIDE)
    assert ancestors(page) == {"https://seller.example", "http://localhost:3000"}
    assert "X-Frame-Options" not in page


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*", "https://*.example", "'self'", "https://a.example; script-src *", "https:", ""],
)
def test_a_wildcard_or_worse_among_the_origins_is_left_out(desk, origin):
    desk.app.return_origins = [origin]
    desk.app.save()
    page = desk.browser.get(link(desk.charge), headers=INSIDE)
    assert ancestors(page) == {"'none'"}
    assert page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "value", ["00000000-0000-4000-8000-000000000000", "x", "", '"><script>alert(1)</script>']
)
def test_an_unknown_charge_may_be_framed_by_nobody(db, value):
    page = Client().get("/", {"id": value}, headers=INSIDE)
    assert page.status_code == 200
    assert ancestors(page) == {"'none'"}
    assert "Continue in a new window" in text_of(page)
    assert b"<script>" not in page.content


def test_a_decision_from_inside_a_frame_is_not_taken(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    data = {"decision": "accept", "token": token}
    page = desk.browser.post(link(desk.charge), data, headers=INSIDE)
    desk.charge = type(desk.charge).objects.get(pk=desk.charge.pk)
    assert "Continue in a new window" in text_of(page)
    assert desk.charge.status == "pending"


@pytest.mark.parametrize("destination", ["document", "empty", "", None])
def test_the_decision_itself_can_never_be_framed(desk, destination):
    headers = {"Sec-Fetch-Dest": destination} if destination is not None else {}
    page = desk.browser.get(link(desk.charge), headers=headers)
    assert ancestors(page) == {"'none'"}
    assert page["X-Frame-Options"] == "DENY"


CONSOLE = "https://console.example"


def look(desk, query=""):
    return desk.browser.get(link(desk.charge) + query, headers=INSIDE)


def next_look(page) -> str:
    """The address that the page looks at next by itself, empty for none."""
    found = re.search(r'http-equiv="refresh" content="3; url=([^"]*)"', page.content.decode())
    return unescape(found[1]) if found else ""


def test_the_marketplaces_console_may_frame_every_known_purchase_and_nothing_else(desk, settings):
    settings.CONSOLE_ORIGINS = [CONSOLE]
    assert ancestors(look(desk)) == {CONSOLE, *desk.app.return_origins}
    page = desk.browser.get(link(desk.charge))
    assert ancestors(page) == {"'none'"}
    unknown = Client().get("/", {"id": "00000000-0000-4000-8000-000000000000"}, headers=INSIDE)
    assert ancestors(unknown) == {"'none'"}


def test_a_frame_looks_again_until_the_purchase_is_decided(desk):
    page = look(desk)
    address = next_look(page)
    assert address == f"/?id={desk.charge.public_id}&looks=1"
    assert next_look(desk.browser.get(address, headers=INSIDE)).endswith("&looks=2")
    assert "looks" not in page.context["page"].link


@pytest.mark.parametrize("decision", ["accept", "decline"])
@pytest.mark.parametrize("kind", ["direct", "recurrent"])
def test_once_decided_the_frame_goes_back_to_the_app(desk, settings, kind, decision):
    settings.CONSOLE_ORIGINS = [CONSOLE]
    purchase = desk.charge
    if kind == "recurrent":
        purchase = SubscriptionFactory(caller=CallerFactory(account=desk.buyer, application=desk.app))
    press(desk.browser, purchase, decision)
    page = Client().get(link(purchase), headers=INSIDE)
    kind_of = "&type=direct_charge" if kind == "direct" else ""
    assert page.status_code == 303
    assert page["Location"] == f"{purchase.return_url}?id={purchase.public_id}{kind_of}"
    assert CONSOLE in ancestors(page)


def test_a_frame_is_not_led_to_an_address_that_is_no_longer_registered(desk):
    press(desk.browser, desk.charge, "accept")
    desk.app.return_origins = ["https://other.example"]
    desk.app.save()
    page = look(desk)
    assert page.status_code == 200
    assert next_look(page) == ""


def test_a_forgotten_frame_stops_looking_and_offers_to_look_by_hand(desk):
    page = look(desk, "&looks=300")
    assert next_look(page) == ""
    assert "I have decided, continue" in text_of(page)
    assert f'href="/?id={desk.charge.public_id}">I have decided' in page.content.decode()


@pytest.mark.parametrize("count", ["x", "-1", "", "9999", "\u0661"])
def test_a_count_that_nobody_made_ends_the_looking(desk, count):
    assert next_look(look(desk, f"&looks={count}")) == ""


def test_a_purchase_that_is_too_old_or_unknown_is_not_looked_at_again(desk):
    with clock.travel_to(desk.charge.created_at + timedelta(days=31)):
        assert next_look(Client().get(link(desk.charge), headers=INSIDE)) == ""
    assert next_look(Client().get("/?id=x", headers=INSIDE)) == ""
