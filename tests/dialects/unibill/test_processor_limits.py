"""One caller's slow payments take a part of the places for processor calls; more are told to try again."""

import json

import pytest

from charges.models import Charge
from tests.dialects.unibill.shop import CARD, JOHN, TYPES, Shop
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

SLOW_CARD = CARD | {"accountNumber": "4000000000000127", "amount": "100"}


@pytest.fixture
def paths(settings):
    """A merchant's customer, where payments are made."""
    settings.PROCESSOR_CALLS, settings.PROCESSOR_CALLS_PER_CALLER = 3, 2
    settings.SANDBOX_SLOW_SECONDS = 1.0
    shop, other = Shop(), Shop(username="api-other")
    return [(each, f"customers/{each.ask('PUT', 'customers', JOHN)['id']}") for each in (shop, other)]


def pay(shop, path, card=SLOW_CARD):
    response = shop.send("POST", f"{path}/transactions/~process", json.dumps(card), TYPES["json"])
    return response.status_code, response


def test_payments_beyond_the_places_are_refused_and_change_nothing(paths):
    shop, path = paths[0]
    answers = run_at_once(*[lambda: pay(shop, path)] * 6)
    statuses = sorted(status for status, _ in answers)
    assert statuses == [200, 200, 429, 429, 429, 429]
    refused = next(response for status, response in answers if status == 429)
    assert (refused.json()["failureCode"], refused["Retry-After"]) == ("L03", "1")
    assert Charge.objects.count() == 2
    assert pay(shop, path, SLOW_CARD | {"accountNumber": "4111111111111111"})[0] == 200


def test_another_caller_still_has_a_place(paths):
    (shop, path), (other, elsewhere) = paths
    answers = run_at_once(*[lambda: pay(shop, path)] * 4, lambda: pay(other, elsewhere))
    assert answers[-1][0] == 200


def test_calls_that_wait_for_the_processor_have_a_rate(paths, settings):
    settings.PROCESSOR_CALLS_RATE = "2/minute"
    shop, path = paths[0]
    card = SLOW_CARD | {"accountNumber": "4111111111111111"}
    answers = [pay(shop, path, card) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    assert 0 < int(answers[-1][1]["Retry-After"]) <= 60
    assert shop.send("GET", "plans").status_code == 200
