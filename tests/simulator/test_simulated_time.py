"""In a history everything has the simulated time, also what a column takes by default."""

from datetime import timedelta

import pytest

from core import clock
from operations.factories import ChargeFactory
from operations.invariants.base import CLOCKS_APART
from simulator.simulated_time import BEGINS, FURTHEST_BACK, SimulatedTime

pytestmark = pytest.mark.django_db


def test_columns_take_the_simulated_time():
    time = SimulatedTime()
    with time.ruling():
        time.move(timedelta(days=3))
        charge = ChargeFactory(accepted=True)
        assert clock.now() == BEGINS + timedelta(days=3)
    assert charge.created_at == charge.acceptance.created_at == BEGINS + timedelta(days=3)


def test_a_rehearsal_within_a_history_has_its_own_time():
    with SimulatedTime().ruling(), clock.travel_to(BEGINS + timedelta(days=9)):
        assert clock.now() == BEGINS + timedelta(days=9)


def test_the_clock_is_never_further_back_than_clocks_may_differ():
    time = SimulatedTime()
    time.move(timedelta(hours=1))
    for _ in range(3):
        time.set_back(timedelta(minutes=7))
        assert time.now >= BEGINS + timedelta(minutes=50)
    time.move(timedelta(minutes=5))
    assert time.now == BEGINS + timedelta(minutes=55)
    assert FURTHEST_BACK < CLOCKS_APART
