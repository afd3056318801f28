"""`as_of` of the balances of the Text dialect: the seller's own, exact, and refused by name."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from ledger.models import Month
from ledger.months import finish_month, store_figures
from tests.bookkeeping.months import DECEMBER, NOVEMBER, post_sale
from tests.dialects.text.payout_recipes import rich
from tests.dialects.text.world import call

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_the_ledger_tells_what_was_owed_and_whether_that_may_change(world):
    post_sale(world.seller, "one", at=NOON)
    post_sale(world.seller, "two", at=NOON + timedelta(hours=1))
    ask = "/v2/ledger/livechat/balance?as_of="
    first = {"balance": 160, "as_of": "2026-11-02T13:00:00Z", "final": False}
    assert call("GET", f"{ask}2026-11-02T14:00:00%2B01:00", world.earner_token()).json() == first
    assert call("GET", f"{ask}2026-11-02T12:00:00Z", world.earner_token()).json()["balance"] == 0
    month = Month.objects.create(starts_at=NOVEMBER, ends_at=DECEMBER)
    month.fenced_at, month.closed_by = DECEMBER, "test"
    month.save()
    store_figures(month)
    finish_month(month)
    assert call("GET", f"{ask}2026-11-02T13:00:00Z", world.earner_token()).json() == first | {"final": True}


def test_the_balance_of_payouts_tells_what_was_owed(world):
    token = rich(world)["token"]
    now = call("GET", "/v3/balance", token).json()
    at = clock.now().isoformat().replace("+00:00", "Z")
    said = call("GET", f"/v3/balance?as_of={at}", token).json()
    assert said == {"currency": "USD", "owed": now["owed"], "as_of": at, "final": False}


REFUSED = [
    "",
    "soon",
    "2026-11-02",
    "2026-11-02T12:00:00",
    "2026-11-02T12:00:00 01:00",
    "9999-01-01T00:00:00Z",
]


@pytest.mark.slow
@pytest.mark.parametrize("text", [*REFUSED, "2026-11-02T12:00:00Z&as_of=2026-11-02T12:00:00Z"])
def test_what_is_no_instant_of_the_past_is_refused_by_name(world, text):
    for token, path in (
        (world.earner_token(), "/v1/ledger/balance"),
        (rich(world)["token"], "/v3/balance"),
    ):
        answer = call("GET", f"{path}?as_of={text}", token)
        assert (answer.status_code, [*answer.json()["error"]["details"]]) == (400, ["as_of"])
