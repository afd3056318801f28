"""Each processor's own list has what its answers said, and nothing of another time."""

import uuid
from datetime import timedelta

import pytest

from core import clock
from core.money import Money
from tests.gateway.processors import charge
from tests.movements import make_refund

pytestmark = pytest.mark.django_db


def test_the_list_has_payments_and_refunds_as_they_were_answered(processor):
    key = f"list-{uuid.uuid4()}"
    since = clock.now() - timedelta(minutes=1)
    _, paid = charge(processor, key)
    charge(processor, f"{key}-no", "decline_soft")
    back = processor.gateway.refund(make_refund(f"{key}-back", capture=paid.reference, cents=120))
    listed = {
        each.reference: each
        for each in processor.gateway.list_bookings(since=since, before=clock.now() + timedelta(minutes=1))
    }
    assert listed[paid.reference].money == Money(500, "USD")
    assert listed[paid.reference].fee == paid.fee
    assert listed[back.reference].money == Money(-120, "USD")
    assert len({each.name for each in listed.values()}) == len(listed)
    earlier = processor.gateway.list_bookings(since=since - timedelta(days=2), before=since)
    assert not {each.reference for each in earlier} & listed.keys()
