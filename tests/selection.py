"""Select the tests of a run: marks that follow from a file's name, and tests that run only when asked for."""

from pathlib import Path

import pytest

ON_DEMAND = ("night", "clients", "stripe")
BROWSER = Path(__file__).resolve().parent / "browser"


def mark_by_file(items: list[pytest.Item]) -> None:
    """Mark test_rules_*.py files as `rules`, which excludes a database, and the browser tests as `slow`."""
    for item in items:
        if item.path.name.startswith("test_rules_"):
            item.add_marker("rules")
        if item.path.is_relative_to(BROWSER):
            item.add_marker("slow")
        if item.get_closest_marker("rules") and item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid} is marked as rules and must not use the database")


def deselect_on_demand(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests with a mark of `ON_DEMAND` unless `-m` names that mark."""
    for mark in ON_DEMAND:
        if mark in config.option.markexpr:
            continue
        marked = [item for item in items if item.get_closest_marker(mark)]
        if marked:
            config.hook.pytest_deselected(items=marked)
            items[:] = [item for item in items if not item.get_closest_marker(mark)]
