"""What the tests of this dialect share."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.dialects.text.world import World
from tests.module_rows import rows_where_possible


@pytest.fixture(scope="module", autouse=True)
def _world_of_module(request: pytest.FixtureRequest) -> Iterator[World | None]:
    with rows_where_possible(request, "world", World) as world:
        yield world


@pytest.fixture(autouse=True)
def _base_url(settings):
    """Answers contain it."""
    settings.BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def world(_world_of_module: World | None, db: None) -> World:
    return deepcopy(_world_of_module) or World()
