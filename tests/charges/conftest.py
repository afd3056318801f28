"""A processor that says what a test writes down."""

import pytest

from gateway.registry import get_gateway
from tests.charges.scripted_gateway import ScriptedGateway
from tests.verification import sound_books as sound_books


@pytest.fixture
def processor(settings, monkeypatch):
    """The gateway that is called instead of the sandbox."""
    settings.GATEWAYS = {"sandbox": "tests.charges.scripted_gateway.ScriptedGateway"}
    for name, value in {"disputes": {}, "known_cards": {}, "asked": []}.items():
        monkeypatch.setattr(ScriptedGateway, name, value)
    for name in ("fee", "fee_follows", "says", "is_down"):
        monkeypatch.setattr(ScriptedGateway, name, getattr(ScriptedGateway, name))
    get_gateway.cache_clear()
    return ScriptedGateway
