"""What counts as noticed: a test that fails or a history that is wrong, not a harness that breaks."""

import pytest

from mutants.__main__ import NOTICED


@pytest.mark.parametrize(
    ("by_tests", "said", "noticed"),
    [
        (True, "..F\n1 failed, 2 passed in 0.10s\n", True),
        (True, "1 error in 0.10s\n", False),
        (True, "E       AssertionError: [('I-13a', [{'reference': 'payout:1'}])]\n1 error in 0.10s\n", True),
        (True, "E       AssertionError: no server\n1 error in 0.10s\n", False),
        (True, "3 passed in 0.10s\n", False),
        (False, "40 histories, 1,750 faults, 126 s.\nWrong: [7].\n", True),
        (False, "40 histories, 1,750 faults, 126 s.\nWrong: none.\n", False),
        (False, "Traceback (most recent call last):\n", False),
    ],
)
def test_only_a_failure_of_what_was_asked_counts(by_tests, said, noticed):
    assert (NOTICED[by_tests].search(said) is not None) == noticed
