"""A process looks at few passwords at once, so that guessing never takes all of its threads."""

from threading import Event

import pytest

from access.password_slots import AT_ONCE, LONGEST_WAIT_SECONDS, WAITING, verify_in_turn
from customers.errors import TooManyFailures
from tests.money import run_at_once


def test_few_are_looked_at_some_wait_and_the_others_are_refused_at_once():
    leave = Event()

    def look():
        return verify_in_turn(lambda: leave.wait(LONGEST_WAIT_SECONDS * 2) or "seen")

    results = run_at_once(*[look] * 10)
    assert results.count("seen") == AT_ONCE
    refused = [each for each in results if isinstance(each, TooManyFailures)]
    assert len(refused) == 10 - AT_ONCE
    assert {each.retry_after for each in refused} == {1}


def test_those_who_wait_are_looked_at_when_their_turn_comes():
    results = run_at_once(*[lambda: verify_in_turn(lambda: "seen")] * (AT_ONCE + WAITING))
    assert results == ["seen"] * (AT_ONCE + WAITING)


def test_a_place_is_given_back_after_a_failure():
    def fail():
        raise RuntimeError

    for _ in range(20):
        with pytest.raises(RuntimeError):
            verify_in_turn(fail)
    assert verify_in_turn(lambda: "seen") == "seen"
