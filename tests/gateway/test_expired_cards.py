"""The sandbox declines a card whose month is over, in words of its own."""

from datetime import UTC, datetime

import pytest

from core import clock
from gateway.base import GatewayError
from gateway.cards import Card, Secret
from gateway.movements import Answer, Verdict
from gateway.registry import get_gateway
from tests.movements import make_movement

pytestmark = pytest.mark.django_db
TAKEN = datetime(2027, 1, 5, tzinfo=UTC)
LAST_MOMENT = datetime(2027, 3, 31, 23, 59, tzinfo=UTC)
OVER = datetime(2027, 4, 1, tzinfo=UTC)


def charge(number: str, at: datetime) -> Answer:
    """Take a card that expires in March and charge it later."""
    gateway = get_gateway("sandbox")
    with clock.travel_to(TAKEN):
        token = gateway.tokenize(Card(Secret(number), 3, 2027)).token
    with clock.travel_to(at):
        return gateway.charge(make_movement(str(at), token=token))


def test_it_is_good_until_its_month_is_over():
    assert charge("4242424242424242", LAST_MOMENT).verdict == Verdict.APPROVED


@pytest.mark.parametrize("number", ["4242424242424242", "4000000000000002", "4000000000000119"])
def test_then_it_is_declined_whatever_it_did_before(number):
    answer = charge(number, OVER)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "expired_card", False)
    assert answer.message == "The card has expired."


def test_before_it_does_what_its_number_says():
    assert charge("4000000000000002", LAST_MOMENT).code == "stolen_card"
    with pytest.raises(GatewayError):
        charge("4000000000000119", LAST_MOMENT)
