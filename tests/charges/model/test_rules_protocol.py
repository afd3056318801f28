"""All interleavings within small bounds: no rule of money is broken, and everything ends when faults stop."""

import sys
import time
from dataclasses import replace

import pytest

from tests.charges.model.exploring import Exploration
from tests.charges.model.healing import Healing
from tests.charges.model.vocabulary import PATIENCE, UNLIMITED, Bounds
from tests.charges.model.world import World

SMALL = Bounds(attempts=1, resolvers=1, faults=UNLIMITED, prepares=True, patience=2)
BY_KEY = replace(SMALL, prepares=False)
EXPIRED = replace(BY_KEY, expires=True)
PATIENT = replace(SMALL, patience=5)
PATIENT_BY_KEY = replace(BY_KEY, patience=5)
TWO_ATTEMPTS = Bounds(2, 1, 0, prepares=True, patience=2, hints=False, gives_up=False)
LARGE = Bounds(1, 2, UNLIMITED, prepares=True, patience=5, hints=False, gives_up=False)
TWO_RESOLVERS = replace(LARGE, patience=2)
AT_LARGE, AT_LEAST = 2_000_000, 1_000_000
SECONDS = 60
slow = pytest.mark.slow
IN_FULL = [
    pytest.param(PATIENT, marks=pytest.mark.night),
    *(pytest.param(bounds, marks=slow) for bounds in (PATIENT_BY_KEY, TWO_ATTEMPTS)),
]


def explore(bounds: Bounds) -> tuple[World, Exploration]:
    world = World(bounds)
    return world, Exploration(world).run()


@pytest.mark.parametrize("bounds", [SMALL, BY_KEY, EXPIRED, *IN_FULL], ids=str)
def test_whatever_happens_money_is_right_and_an_end_comes_by_itself(bounds):
    world, explored = explore(bounds)
    assert explored.found is None
    assert len(explored.before) > 100_000
    assert Healing(world).find_fault(explored) is None


@slow
@pytest.mark.parametrize(
    ("bounds", "least"), [(TWO_RESOLVERS, AT_LEAST), pytest.param(LARGE, AT_LARGE, marks=pytest.mark.night)]
)
def test_millions_of_states_break_no_rule_of_money(bounds, least, capsys):
    began = time.process_time()
    _, explored = explore(bounds)
    seconds, states = time.process_time() - began, len(explored.before)
    with capsys.disabled():
        sys.stdout.write(f" {states:,} states in {seconds:.1f} s, {states / seconds:,.0f}/s ")
    assert explored.found is None
    assert states >= least
    assert seconds <= SECONDS


@pytest.mark.night
@pytest.mark.parametrize(("attempts", "resolvers"), [(1, 2), (2, 1)])
@pytest.mark.parametrize("prepares", [False, True])
@pytest.mark.parametrize("patience", PATIENCE)
def test_many_million_states_break_no_rule_of_money(attempts, resolvers, prepares, patience):
    _, explored = explore(Bounds(attempts, resolvers, 0, prepares, patience))
    assert explored.found is None
