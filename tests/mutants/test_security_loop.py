"""A check is taken out of a function that is loaded already, in this process alone."""

import os
from collections import defaultdict
from dataclasses import replace

import pytest

from access.oauth.bearer_tokens import Caller
from mutants.security import list_checks
from mutants.security_loop import put_in, try_out
from mutants.security_run import NOT_PUT_IN

NAME = "refusal: access.oauth.bearer_tokens.Caller.require_cards: not self.app.first_party"


@pytest.mark.slow
def test_a_function_that_is_loaded_has_the_bug_in_the_forked_process_only():
    before = Caller.require_cards.__code__
    if not (child := os.fork()):
        put_in(list_checks()[NAME])
        os._exit(0 if Caller.require_cards.__code__ != before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert Caller.require_cards.__code__ is before


def test_a_bug_that_raises_as_it_is_put_in_is_told_from_one_that_nothing_notices(capfd):
    check = list_checks()[NAME]
    broken = replace(check, mutant=replace(check.mutant, wrong="raise LookupError('no such name')"))
    assert try_out(broken, [], [], defaultdict(dict)) == NOT_PUT_IN
    assert capfd.readouterr().err.startswith("KeyError: ")
