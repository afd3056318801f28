"""A merchant's own key opens its own account at Stripe, in the same mode only."""

from dataclasses import replace

import pytest

from gateway.base import NotSent
from gateway.cards import Secret
from gateway.movements import Verdict
from tests.movements import make_movement

pytestmark = pytest.mark.django_db
THEIRS = "sk_test_ofAMerchant0001"


def test_a_merchants_charge_goes_with_its_key(stripe, stand_in):
    theirs = stripe.acting_for(Secret(THEIRS))
    token = f"{theirs.create_customer(key='c')}|pm_card_visa"
    movement = make_movement(token=token)
    assert theirs.charge(replace(movement, reference=theirs.prepare(movement))).verdict == Verdict.APPROVED
    assert {request.api_key for request, _ in stand_in.service.requests} == {THEIRS}


@pytest.mark.parametrize("key", ["sk_live_ofAMerchant0001", "made-up-processor-key", "", f"{THEIRS}\nX: y"])
def test_a_key_of_the_other_mode_or_of_no_kind_is_never_used(stripe, stand_in, key):
    with pytest.raises(NotSent) as raised:
        stripe.acting_for(Secret(key))
    assert stand_in.service.requests == []
    assert not key or key not in str(raised.value)
