"""Books for the tests of bookkeeping."""

import pytest


@pytest.fixture
def made_up_books(monkeypatch):
    """Sales without charges behind them are no breach of an invariant, so that a test can write many."""
    monkeypatch.setattr("bookkeeping.checks.find_breaches", lambda invariants: [])
