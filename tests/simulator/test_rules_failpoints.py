"""The names of failpoints are each used once, and outside of the simulator they do nothing."""

import ast
from collections import Counter

import pytest

from core.failpoints import failpoint, interrupting
from simulator.failpoints import list_failpoints
from tests.architecture.sources import PACKAGES, read_modules


def find_names() -> list[str]:
    return [
        ast.literal_eval(node.args[0])
        for module in read_modules(*PACKAGES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint"
    ]


def test_each_name_stands_at_one_place():
    names = Counter(find_names())
    assert len(names) >= 20
    assert [name for name, count in names.items() if count > 1] == []


def test_the_simulator_counts_each_of_them():
    assert sorted(find_names()) == list_failpoints()


def test_a_failpoint_does_nothing_outside_of_the_simulator():
    assert failpoint("collect.claimed") is None


def test_within_a_block_every_failpoint_is_told():
    told: list[str] = []
    with interrupting(told.append):
        failpoint("collect.claimed")
    failpoint("collect.claimed")
    assert told == ["collect.claimed"]


def test_a_block_ends_with_an_error_as_well():
    with pytest.raises(ZeroDivisionError), interrupting(lambda name: 1 / 0):
        failpoint("collect.claimed")
    assert failpoint("collect.claimed") is None
