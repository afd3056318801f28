"""Requests that wait for the processor: so many in all, so many for one caller."""

from threading import Barrier

import pytest

from charges.errors import ProcessorBusy
from charges.processor.in_flight import hold_place
from tests.money import run_at_once


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.PROCESSOR_CALLS, settings.PROCESSOR_CALLS_PER_CALLER = 4, 2


def hold(*callers):
    """Hold a place for each caller at once; return how many got one."""
    if not callers:
        return 0
    try:
        with hold_place(caller=callers[0]):
            return 1 + hold(*callers[1:])
    except ProcessorBusy:
        return 0


def test_one_caller_takes_a_part_of_the_places_only():
    assert hold("a", "a", "a") == 2
    assert hold("a", "a", "b", "b") == 4


def test_all_callers_together_take_no_more_than_there_are():
    assert hold("a", "a", "b", "b", "c") == 4


def test_a_place_is_given_back_whatever_happens():
    for _ in range(10):
        with pytest.raises(RuntimeError), hold_place(caller="a"):
            raise RuntimeError
    assert hold("a", "a", "a") == 2


def test_threads_never_hold_more_than_allowed():
    counted, refused = Barrier(4 + 1, timeout=10), []

    def ask(caller):
        try:
            with hold_place(caller=caller):
                counted.wait()
                return "held"
        except ProcessorBusy:
            refused.append(caller)
            return "refused"
        finally:
            if len(refused) == 8 and counted.n_waiting == 4:
                counted.wait()

    results = run_at_once(*[lambda caller=caller: ask(caller) for caller in "aaabbbcccddd"])
    assert (results.count("held"), results.count("refused")) == (4, 8)
    assert hold("a", "a", "b", "b", "c") == 4
