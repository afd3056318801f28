"""All interleavings within small bounds: no rule of money is broken, and everything ends when faults stop."""

import sys
import time

import pytest

from tests.charges.model.exploring import Exploration
from tests.charges.model.healing import Healing
from tests.charges.model.vocabulary import PATIENCE, UNLIMITED, Bounds
from tests.charges.model.world import World

ONE_ATTEMPT = [
    Bounds(attempts=1, resolvers=1, faults=UNLIMITED, prepares=prepares, patience=patience)
    for prepares in (False, True)
    for patience in PATIENCE
]
TWO_ATTEMPTS = Bounds(
    attempts=2, resolvers=1, faults=0, prepares=True, patience=2, hints=False, gives_up=False
)
TWO_RESOLVERS = Bounds(attempts=1, resolvers=2, faults=UNLIMITED, prepares=True, patience=2, hints=False)
AT_LARGE = 2_000_000
SECONDS = 60


def explore(bounds: Bounds) -> tuple[World, Exploration]:
    world = World(bounds)
    return world, Exploration(world).run()


@pytest.mark.parametrize("bounds", [*ONE_ATTEMPT, TWO_ATTEMPTS], ids=str)
def test_whatever_happens_money_is_right_and_an_end_comes_by_itself(bounds):
    world, explored = explore(bounds)
    assert explored.found is None
    assert len(explored.before) > 100_000
    assert Healing(world).find_fault(explored) is None


@pytest.mark.slow
def test_two_million_states_break_no_rule_of_money(capsys):
    began = time.process_time()
    _, explored = explore(TWO_RESOLVERS)
    seconds, states = time.process_time() - began, len(explored.before)
    with capsys.disabled():
        sys.stdout.write(f" {states:,} states in {seconds:.1f} s, {states / seconds:,.0f}/s ")
    assert explored.found is None
    assert states >= AT_LARGE
    assert seconds <= SECONDS


@pytest.mark.night
@pytest.mark.parametrize("attempts, resolvers", [(1, 2), (2, 1)])
@pytest.mark.parametrize("prepares", [False, True])
def test_tens_of_millions_of_states_break_no_rule_of_money(prepares, attempts, resolvers):
    bounds = Bounds(attempts=attempts, resolvers=resolvers, faults=1, prepares=prepares, patience=2)
    _, explored = explore(bounds)
    assert explored.found is None
    assert len(explored.before) >= AT_LARGE
