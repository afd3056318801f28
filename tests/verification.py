"""Whether the books are sound: for tests that move money."""

import pytest

from operations.invariants import INVARIANTS
from operations.verification import find_breaches

BOOKS = [invariant for invariant in INVARIANTS if not invariant.liveness and not invariant.search]


def assert_books_are_sound() -> None:
    """Check every invariant of the data; work that lies about is what many a test wants, so not liveness."""
    broken = [(breach.invariant.id, breach.rows) for breach in find_breaches(BOOKS)]
    assert not broken


@pytest.fixture
def sound_books(db):
    """After the test, every invariant must hold."""
    yield
    assert_books_are_sound()
