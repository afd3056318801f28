"""Every text field of the Text dialect takes odd but ordinary data, and pages show what was sold under it."""

import unicodedata
from html import escape

import pytest

from tests.desk import log_in
from tests.dialects.text.world import call
from tests.odd_data import ALL, share

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VALUES = [unicodedata.normalize("NFC", value) for _, value in ALL]
# By default a field gets a part of the values and the next field the next part; at night each gets all.
PARTS = pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.night)])
DIRECT = {"name": "Extension", "price": 100, "quantity": 2, "return_url": None}
RECURRENT = {"name": "Monthly app", "price": 1900, "return_url": None}


FIELDS = [
    ("/v1/direct_charge", DIRECT, "name"),
    ("/v3/recurrent_charge/livechat", RECURRENT, "name"),
    ("/v3/recurrent_charge/livechat", RECURRENT, "external_id"),
    ("/v3/direct_charge/livechat", DIRECT, "name"),
    ("/v1/recurrent_charge", RECURRENT, "name"),
]


@PARTS
@pytest.mark.parametrize("place", range(len(FIELDS)))
def test_a_charge_takes_it_and_tells_it_again(world, place, every):
    token, (path, body, field) = world.token(), FIELDS[place]
    values = share(VALUES, place, every)
    taken = [call("POST", path, token, body=body | {field: value}).json().get(field) for value in values]
    assert taken == values


@PARTS
@pytest.mark.parametrize("kind", ["direct_charge", "recurrent_charge"])
def test_the_pages_of_a_purchase_show_it(world, kind, every):
    token, browser = world.token(), log_in(world.account)
    body = DIRECT if kind == "direct_charge" else RECURRENT
    shown = share(VALUES, ["direct_charge", "recurrent_charge"].index(kind), every)
    for first in range(0, len(shown), 10):
        values = shown[first : first + 10]
        for value in values:
            made = call("POST", f"/v3/{kind}/livechat", token, body=body | {"name": value}).json()
            page = browser.get("/", {"id": made["id"], "type": kind})
            assert page.status_code == 200
            assert escape(value) in page.content.decode()
        listed = browser.get("/account/").content.decode()
        assert [value for value in values if escape(value) not in listed] == []
