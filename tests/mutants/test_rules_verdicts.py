"""What counts as noticed: a test that fails or a history that is wrong, not a harness that breaks."""

import pytest

from mutants import security_run
from mutants.__main__ import NOTICED
from mutants.security_run import NOT_PUT_IN, run_security


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


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ("tests/a.py::test_b", 0, "1 noticed; survived: none; could not be put in: none."),
        ("", 1, '0 noticed; survived: [\n "role: a"\n]; could not be put in: none.'),
        (NOT_PUT_IN, 1, '0 noticed; survived: none; could not be put in: [\n "role: a"\n].'),
    ],
)
def test_a_bug_that_cannot_be_put_in_is_neither_noticed_nor_survived(
    monkeypatch, capsys, answer, status, said
):
    monkeypatch.setattr(security_run, "list_checks", lambda: {"role: a": None})
    monkeypatch.setattr(security_run, "find_excuse", lambda name: None)
    monkeypatch.setattr(security_run, "_try_out", lambda names: ((name, answer) for name in names))
    assert run_security([]) == status
    assert said in capsys.readouterr().out
