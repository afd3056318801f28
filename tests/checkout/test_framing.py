"""Only the seller's registered origins may frame the decision page."""

import pytest
from django.test import Client

from tests.desk import link, text_of

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
