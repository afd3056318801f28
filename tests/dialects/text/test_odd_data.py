"""Every text field of the Text dialect takes odd but ordinary data, and pages show what was sold under it."""

import unicodedata
from html import escape

import pytest

from tests.desk import log_in
from tests.dialects.text.world import call
from tests.odd_data import ALL

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VALUES = [unicodedata.normalize("NFC", value) for _, value in ALL]
DIRECT = {"name": "Extension", "price": 100, "quantity": 2, "return_url": None}
RECURRENT = {"name": "Monthly app", "price": 1900, "return_url": None}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/direct_charge", DIRECT, "name"),
        ("/v3/direct_charge/livechat", DIRECT, "name"),
        ("/v1/recurrent_charge", RECURRENT, "name"),
        ("/v3/recurrent_charge/livechat", RECURRENT, "name"),
        ("/v3/recurrent_charge/livechat", RECURRENT, "external_id"),
    ],
)
def test_a_charge_takes_it_and_tells_it_again(world, path, body, field):
    token = world.token()
    taken = [call("POST", path, token, body=body | {field: value}).json().get(field) for value in VALUES]
    assert taken == VALUES


@pytest.mark.parametrize("kind", ["direct_charge", "recurrent_charge"])
def test_the_pages_of_a_purchase_show_it(world, kind):
    token, browser = world.token(), log_in(world.account)
    body = DIRECT if kind == "direct_charge" else RECURRENT
    for first in range(0, len(VALUES), 10):
        values = VALUES[first : first + 10]
        for value in values:
            made = call("POST", f"/v3/{kind}/livechat", token, body=body | {"name": value}).json()
            page = browser.get("/", {"id": made["id"], "type": kind})
            assert page.status_code == 200
            assert escape(value) in page.content.decode()
        listed = browser.get("/account/").content.decode()
        assert [value for value in values if escape(value) not in listed] == []
