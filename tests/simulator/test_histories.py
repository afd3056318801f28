"""Histories with faults on the database of the tests: sound ones stay sound, and a bug is found."""

from unittest.mock import patch

import pytest
from django.test import override_settings

from charges.collection import sending
from gateway.registry import get_gateway
from simulator.history import Workplace
from simulator.overrides import OVERRIDES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def workplace(tmp_path):
    with override_settings(**OVERRIDES), Workplace.open(tmp_path / "books.sqlite3") as opened:
        get_gateway.cache_clear()
        yield opened


def test_a_history_is_sound(workplace):
    outcome = workplace.run_history(4)
    assert outcome.violations == []
    assert outcome.faults.happened.total() >= 20
    assert len(outcome.faults.reached) >= 8


def test_a_time_out_that_counts_as_not_sent_is_found(workplace):
    with patch.object(sending, "NoAnswer", sending.NeverSent):
        assert any(workplace.run_history(seed).violations for seed in range(1, 25))


def test_a_history_without_faults_has_none(workplace):
    outcome = workplace.run_history(1, steps=0)
    assert outcome.violations == []
    assert outcome.faults.reached == {}


def test_the_same_seed_makes_the_same_history_after_any_other(workplace):
    first, _, again = (workplace.run_history(seed, steps=30) for seed in (7, 23, 7))
    assert (first.faults.happened, first.faults.reached) == (again.faults.happened, again.faults.reached)
