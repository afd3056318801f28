"""What the tests of this dialect share."""

import pytest

from tests.dialects.text.world import World


@pytest.fixture(autouse=True)
def _base_url(settings):
    """Answers contain it."""
    settings.BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def world(db) -> World:
    return World()
