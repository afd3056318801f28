"""Movements of money as tests ask a gateway for them."""

from typing import Any

from charges.collection.sending import describe_attempt
from charges.models import Attempt
from core import clock
from core.money import Money
from gateway.movements import Movement, MovementKind


def make_movement(
    key: str = "k", *, token: str = "tok_test_approve", cents: int = 500, **given: Any
) -> Movement:
    """A charge of 5.00 USD that is sent now, unless the test says otherwise."""
    kind, sent_at = given.pop("kind", MovementKind.CHARGE), given.pop("sent_at", None) or clock.now()
    return Movement(kind=kind, key=key, money=Money(cents, "USD"), token=token, sent_at=sent_at, **given)


def make_refund(key: str, *, capture: str, cents: int) -> Movement:
    """A refund of (part of) a capture."""
    return make_movement(key, token=capture, cents=cents, kind=MovementKind.REFUND)


def movement_of(attempt: Attempt) -> Movement:
    """What a gateway is asked for by an attempt."""
    return describe_attempt(attempt, lease_ends=clock.now()).movement
