"""Files without a rule are imported unless rules alone are asked for."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.selection import has_no_rules

HERE = Path(__file__)
TESTS = HERE.parent.parent
RULES, MARKED, OTHER = HERE, TESTS / "core" / "test_money.py", TESTS / "checkout" / "test_cards_page.py"


@pytest.mark.parametrize(
    ("asked", "left_out"),
    [
        ("rules", [OTHER]),
        ("rules and not slow", [OTHER]),
        ("rules or slow", []),
        ("not rules", []),
        ("rules and not slow or night", []),
        ("not slow", []),
        ("", []),
    ],
)
def test_a_file_is_left_out_where_it_cannot_have_a_test_of_the_run(asked, left_out):
    config = SimpleNamespace(option=SimpleNamespace(markexpr=asked))
    files = [RULES, MARKED, OTHER, TESTS / "conftest.py", TESTS / "core"]
    assert [path for path in files if has_no_rules(config, path)] == left_out
