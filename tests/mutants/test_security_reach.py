"""Functions with security checks are marked, so that each test shows which of them it comes to."""

import os
from contextlib import suppress
from dataclasses import replace

import pytest

from access.oauth.bearer_tokens import Caller, find_caller
from core.errors import BillingError
from mutants.security import list_checks
from mutants.security_reach import mark_functions

MODULE = "access.oauth.bearer_tokens"


@pytest.mark.slow
def test_a_method_and_a_function_that_are_called_are_told_and_no_others():
    """In a process of its own, as the marks stay."""
    if not (child := os.fork()):
        os._exit(0 if is_told() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def is_told() -> bool:
    some = next(check for check in list_checks().values() if check.mutant.module == MODULE)
    places = ("Caller.require_cards", "Caller.require_product", "find_caller")
    reached = mark_functions([replace(some, place=place) for place in places])
    for call in (lambda: find_caller(None), lambda: Caller.require_cards(None)):
        with suppress(AttributeError, BillingError):
            call()
    return reached == {(MODULE, "find_caller"), (MODULE, "Caller.require_cards")}
