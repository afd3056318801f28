"""How far subscriptions go: lengths, freezes up to the end of the calendar, and periods that were missed."""

import json

import pytest

from core import clock
from subscriptions.renewal.renew import renew_due
from tests.dialects.unibill.shop import STANDARD, TYPES
from tests.subscriptions.stories import day

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AGREED = day("2027-01-15")


@pytest.fixture(autouse=True)
def _today():
    with clock.travel_to(AGREED):
        yield


@pytest.fixture
def at(shop):
    shop.put("plans", **STANDARD)
    return shop.add_customer()


def refuse(shop, method, path, fields):
    """Ask for what is refused, and return status, field and message."""
    response = shop.send(method, path, json.dumps(fields), TYPES["json"])
    said = response.json()
    return response.status_code, said["field"], said["message"]


@pytest.mark.parametrize("length", [0, -1, 37, 2**63 - 1, 10**19 - 1, -(10**19) + 1, "0"])
def test_a_length_that_is_refused_is_told_the_limits_of_its_cycle(shop, at, length):
    refused = refuse(shop, "PUT", f"{at}/subscriptions", {"amount": 500, "length": length})
    assert refused == (400, "length", "length must be between 1 and 36")
    yearly = {"amount": 500, "billingCycleType": "A", "length": length}
    assert refuse(shop, "PUT", f"{at}/subscriptions", yearly)[2] == "length must be between 1 and 3"


@pytest.mark.parametrize("length", [0, -1, 154, 2**63 - 1])
def test_a_freeze_that_is_refused_is_told_how_long_it_may_be(shop, at, length):
    shop.put(f"{at}/subscriptions", planId="*standard_monthly", code="sub1")
    refused = refuse(shop, "GET", f"{at}/subscriptions/*sub1/~freeze?length={length}", {})
    assert refused == (400, "length", "length must be between 1 and 153")


def test_freezes_end_before_the_calendar_does(shop, at):
    with clock.travel_to(day("9677-01-15")):
        freeze_to_the_end_of_the_calendar(shop, at)


def freeze_to_the_end_of_the_calendar(shop, at):
    shop.put(f"{at}/subscriptions", amount=500, billingCycleType="A", code="sub1")
    for _ in range(2):
        frozen = shop.get(f"{at}/subscriptions/*sub1/~freeze", length=153)
    assert frozen["nextBillingDate"] == "9983-01-16"
    refused = refuse(shop, "GET", f"{at}/subscriptions/*sub1/~freeze?length=153", {})
    assert refused == (400, "length", "length must leave a billing before the year 10000")
    assert shop.get(f"{at}/subscriptions/*sub1/~freeze", length=16)["nextBillingDate"] == "9999-01-16"
    for path in (f"{at}/subscriptions/*sub1", f"{at}/subscriptions/*sub1/adjustments", f"{at}/subscriptions"):
        assert shop.get(path)


@pytest.mark.django_db(transaction=True)
def test_more_missed_billings_than_the_limit_suspend_it_until_a_person_has_looked(shop, at):
    made = shop.put(f"{at}/subscriptions", planId="*standard_monthly", firstBillingDate="2027-02-01")
    with clock.travel_to(day("2027-05-01")):
        renew_due()
        held = shop.get(f"{at}/subscriptions/{made['id']}")
        assert held["status"] == "S"
        assert not {"nextBillingDate", "lastBillingDate"} & held.keys()
        assert [row["id"] for row in shop.get(f"{at}/subscriptions", status="S")] == [made["id"]]
        assert shop.get(f"{at}/transactions") == []
        assert shop.get(f"{at}/subscriptions/{made['id']}/~cancel")["status"] == "N"
