"""Processors for tests of gateways."""

import os
from collections.abc import Iterator

import pytest

from gateway.stripe.gateway import StripeGateway
from tests.gateway.processors import (
    Processor,
    SandboxProcessor,
    StandInProcessor,
    StripeProcessor,
    run_stand_in,
)
from tests.gateway.stripe_document import find_troubles
from tests.gateway.stripe_stand_in.server import StripeStandIn


@pytest.fixture
def stand_in(settings) -> Iterator[StripeStandIn]:
    """A stand-in of Stripe, which the settings name; all that was said must be as Stripe's document says."""
    with run_stand_in(settings) as stand_in:
        yield stand_in
    exchanges = stand_in.service.requests
    assert [trouble for exchange in exchanges for trouble in find_troubles(*exchange)] == []


@pytest.fixture
def stripe(stand_in) -> StripeGateway:
    """The Stripe gateway at the stand-in."""
    return StripeGateway()


@pytest.fixture(params=["sandbox", "stand-in", pytest.param("stripe", marks=pytest.mark.stripe)])
def processor(request) -> Processor:
    """Each processor in turn; Stripe itself only with `make test-stripe`."""
    if request.param == "sandbox":
        request.getfixturevalue("settings").SANDBOX_FEE_BASIS_POINTS = 290
        return SandboxProcessor()
    if request.param == "stand-in":
        return StandInProcessor(request.getfixturevalue("stand_in"))
    if not os.environ.get("STRIPE_API_KEY", "").startswith(("sk_test_", "rk_test_")):
        pytest.skip("STRIPE_API_KEY is not set to a test key")
    return StripeProcessor()
