"""A charge whose rows contradict each other is put off, and the others are collected."""

import pytest

from charges.collection.sweeps import PAUSE, collect_due_charges
from charges.models import AttemptState, ChargeStatus
from core import clock
from operations.factories import ChargeFactory
from tests.money import captures, fetch

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_charge_that_cannot_be_collected_is_put_off_and_the_others_are_collected():
    bad, good = ChargeFactory(activated=True), ChargeFactory(activated=True)
    now = clock.now()
    bad.attempts.create(
        number=7,
        key="made-by-hand",
        gateway="sandbox",
        token=bad.payment_option.gateway_token,
        amount_minor=bad.total_minor,
        currency=bad.currency,
        livemode=not bad.test,
        state=AttemptState.NEEDS_REVIEW,
        sent_at=now,
    )
    with clock.travel_to(now):
        assert collect_due_charges() == 2
        assert collect_due_charges() == 0
    assert fetch(good).status == ChargeStatus.SUCCESS
    assert (fetch(bad).status, fetch(bad).collect_at) == (ChargeStatus.PROCESSED, now + PAUSE)
    assert len(captures()) == 1
