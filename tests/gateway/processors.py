"""The processors that run through the gateway contract, each with its tokens for the same behaviours."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from core import clock
from gateway.base import Gateway
from gateway.cards import Card, Secret
from gateway.movements import Answer, Movement
from gateway.registry import get_gateway
from gateway.stripe.gateway import StripeGateway
from tests.gateway.stripe_stand_in.server import StripeStandIn
from tests.movements import make_movement

TEST_KEY = "sk_test_madeUpForTheStandIn"
WEBHOOK_SECRET = "whsec_made_up_for_the_stand_in"
STRIPE_NAMES = {
    "approve": "pm_card_visa",
    "decline_soft": "pm_card_chargeCustomerFail",
    "decline_hard": "pm_card_visa_chargeDeclinedStolenCard",
    "expired": "pm_card_chargeDeclinedExpiredCard",
    "confirm": "pm_card_authenticationRequired",
}


class SandboxProcessor:
    """The built-in sandbox."""

    loses_answers = True

    def __init__(self) -> None:
        self.gateway: Gateway = get_gateway("sandbox")

    def make_token(self, behaviour: str) -> str:
        """Return a token of a card that behaves like this."""
        numbers = {
            "approve": "4242424242424242",
            "decline_soft": "4000000000009995",
            "decline_hard": "4000000000000002",
            "expired": "4242424242424242",
            "confirm": "4000002760003184",
            "lose_answer": "4000000000000119",
        }
        year = 2020 if behaviour == "expired" else clock.now().year + 2
        return self.gateway.tokenize(Card(Secret(numbers[behaviour]), 12, year, Secret("123"))).token


class StripeProcessor:
    """Stripe itself, where STRIPE_API_KEY is a test key."""

    loses_answers = False

    def __init__(self) -> None:
        self.gateway: Gateway = StripeGateway()
        self._customer = self.gateway.create_customer(key=f"contract-{os.urandom(8).hex()}")

    def make_token(self, behaviour: str) -> str:
        """Return a token of one of Stripe's test payment methods."""
        return f"{self._customer}|{STRIPE_NAMES[behaviour]}"


class StandInProcessor(StripeProcessor):
    """The Stripe adapter with the stand-in."""

    loses_answers = True

    def __init__(self, stand_in: StripeStandIn) -> None:
        super().__init__()
        self.stand_in = stand_in

    def make_token(self, behaviour: str) -> str:
        """Return a token; that of an answer that is lost has the stand-in lose it."""
        if behaviour == "lose_answer":
            self.stand_in.faults.add("drop_after", "/confirm")
            behaviour = "approve"
        return super().make_token(behaviour)


Processor = SandboxProcessor | StripeProcessor


def charge(
    processor: Processor, key: str, behaviour: str = "approve", **given: Any
) -> tuple[Movement, Answer]:
    """Prepare and send a charge as the engine does; return what it was asked for, and the answer."""
    movement = prepare(processor, key, behaviour, **given)
    return movement, processor.gateway.charge(movement)


def prepare(processor: Processor, key: str, behaviour: str = "approve", **given: Any) -> Movement:
    """Return a charge with the reference that the processor gave it."""
    movement = make_movement(key, token=processor.make_token(behaviour), **given)
    if not processor.gateway.prepares:
        return movement
    return replace(movement, reference=processor.gateway.prepare(movement))


@contextmanager
def run_stand_in(settings: Any) -> Iterator[StripeStandIn]:
    """Run a stand-in of Stripe that is what the settings name."""
    with StripeStandIn() as stand_in:
        settings.STRIPE_API_BASE = stand_in.address
        settings.STRIPE_API_KEY = TEST_KEY
        settings.STRIPE_WEBHOOK_SECRET = stand_in.webhooks.secret = WEBHOOK_SECRET
        settings.STRIPE_CALLS_PER_SECOND = settings.STRIPE_CALLS_PER_ENDPOINT = 1000
        settings.GATEWAYS = settings.GATEWAYS | {"stripe": "gateway.stripe.gateway.StripeGateway"}
        get_gateway.cache_clear()
        yield stand_in
