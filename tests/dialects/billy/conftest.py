"""What the tests of this dialect share."""

import pytest
from django.core.cache import cache

from tests.dialects.billy.world import Company, later
from tests.verification import sound_books as sound_books


@pytest.fixture(autouse=True)
def _counted_anew():
    """Registrations of other tests do not count."""
    cache.clear()


@pytest.fixture
def company(db) -> Company:
    return Company()


@pytest.fixture
def other(db) -> Company:
    return Company()


@pytest.fixture
def frozen(db):
    """The clock stands at START."""
    with later() as now:
        yield now
