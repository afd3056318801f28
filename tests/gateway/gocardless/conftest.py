"""A GoCardless on this machine and the gateway that works on it."""

from collections.abc import Iterator

import pytest

from gateway.gocardless import client
from gateway.gocardless.gateway import GoCardlessGateway
from tests.gateway.gocardless_stand_in.server import SECRET, TOKEN, StandIn


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    server = StandIn()
    yield server
    server.stop()


@pytest.fixture
def impatient() -> None:
    """Let the gateway wait no longer than a test may take; a busy machine may need more for an answer."""


@pytest.fixture
def gateway(request, stand_in, settings, monkeypatch) -> GoCardlessGateway:
    seconds = 0.3 if "impatient" in request.fixturenames else 20.0
    monkeypatch.setattr(client, "TIMEOUT", (seconds, seconds))
    settings.GOCARDLESS_ACCESS_TOKEN = TOKEN
    settings.GOCARDLESS_WEBHOOK_SECRET = SECRET
    settings.GOCARDLESS_API_BASE = stand_in.url
    return GoCardlessGateway()


@pytest.fixture
def mandate(stand_in) -> str:
    return stand_in.books.open_mandate()
