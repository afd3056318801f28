"""Only a run with many steps has to see each fault often enough."""

import pytest

from simulator.run import Wish


@pytest.mark.parametrize(
    ("wish", "is_whole"),
    [
        (Wish(range(600)), True),
        (Wish(range(599)), False),
        (Wish(range(100), steps=348), True),
        (Wish(range(600), steps=31), False),
        (Wish(range(600), stops=True), False),
    ],
)
def test_a_run_is_whole_by_its_steps(wish, is_whole):
    assert wish.is_whole == is_whole
