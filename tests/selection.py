"""Select the tests of a run: marks that follow from a file's name, and tests that run at night only."""

from pathlib import Path

import pytest

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


def deselect_night(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests marked `night` unless `-m` names that mark."""
    if "night" in config.option.markexpr:
        return
    at_night = [item for item in items if item.get_closest_marker("night")]
    if at_night:
        config.hook.pytest_deselected(items=at_night)
        items[:] = [item for item in items if not item.get_closest_marker("night")]
