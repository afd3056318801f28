"""Select the tests of a run: marks that follow from a file's name, and tests that run only when asked for."""

import re
from pathlib import Path

import pytest

ON_DEMAND = ("night", "clients", "stripe", "image", "mcp", "schemathesis")
DATABASE = {"db", "transactional_db", "live_server"}
BROWSER = Path(__file__).resolve().parent / "browser"


def has_no_rules(config: pytest.Config, path: Path) -> bool:
    """Say whether a file need not be imported: rules alone are asked for, and it has none by name or mark."""
    asks_for_rules = re.fullmatch(r"rules( and not \w+)*", config.option.markexpr)
    if not asks_for_rules or not path.name.startswith("test_"):
        return False
    return not path.name.startswith("test_rules_") and "mark.rules" not in path.read_text()


def mark_by_file(items: list[pytest.Item]) -> None:
    """Mark test_rules_*.py files as `rules`, which excludes a database, and the browser tests as `slow`."""
    for item in items:
        if item.path.name.startswith("test_rules_"):
            item.add_marker("rules")
        if item.path.is_relative_to(BROWSER):
            item.add_marker("slow")
        if item.get_closest_marker("rules") and item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid} is marked as rules and must not use the database")


def begin_with_processes(items: list[pytest.Item]) -> None:
    """Move slow tests without a database, which wait for processes, to the front.

    pytest-django puts them last: one worker would have them while the others have nothing left to do.
    """
    items.sort(key=lambda item: not _waits_for_processes(item))


def _waits_for_processes(item: pytest.Item) -> bool:
    has_database = item.get_closest_marker("django_db") or not DATABASE.isdisjoint(item.fixturenames)
    return bool(item.get_closest_marker("slow")) and not has_database


def deselect_on_demand(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests with a mark of `ON_DEMAND` unless `-m` names that mark."""
    for mark in ON_DEMAND:
        if mark in config.option.markexpr:
            continue
        marked = [item for item in items if item.get_closest_marker(mark)]
        if marked:
            config.hook.pytest_deselected(items=marked)
            items[:] = [item for item in items if not item.get_closest_marker(mark)]
