"""That a record is there cannot be told by the time that its refusal takes, within what can be measured."""

from collections.abc import Iterator
from itertools import cycle, islice
from statistics import median
from time import perf_counter

import pytest

from tests.module_rows import rows_of_module
from tests.who_may_what.cells import FOREIGN, UNKNOWN
from tests.who_may_what.operations import Operation, list_operations
from tests.who_may_what.policy import find_door
from tests.who_may_what.records import names_records
from tests.who_may_what.world import World, make_world, quiet

pytestmark = [pytest.mark.django_db, pytest.mark.night]

# By door, somebody of the first tenant who reaches the most.
ASKING = {"text": ("buyer by the marketplace", "seller"), "unibill": ("program",)}
ASKING |= {"pages": ("buyer",), "console": ("owner of the seller",)}
PAIRS, ROUNDS = 80, 3
MOST_SECONDS, MOST_SHARE = 0.000_3, 0.1
READS = [
    operation
    for operation in list_operations()
    if operation.method == "GET" and "?" not in operation.route and names_records(operation)
]


@pytest.fixture(scope="module")
def world(request) -> Iterator[World]:
    """All that is asked about, made once."""
    with quiet(), rows_of_module(request, make_world) as made:
        yield made


@pytest.mark.parametrize("door", ASKING)
def test_a_foreign_record_takes_as_long_as_an_unknown_one(world, door):
    """A difference that is one of code comes again in each round; one of the machine does not."""
    here = [operation for operation in READS if find_door(operation.route) == door]
    assert here
    for operation in here:
        for name in ASKING[door]:
            differences = islice(measure(world, operation, name), ROUNDS)
            assert not all(differences), f"{operation} by {name}"


def measure(world: World, operation: Operation, name: str) -> Iterator[bool]:
    """Yield again and again whether the medians of two kinds of requests, sent in turn, differ."""
    [principal] = [each for each in world.principals if each.name == name]
    while True:
        took: dict[str, list[float]] = {FOREIGN: [], UNKNOWN: []}
        for side in islice(cycle(took), 2 * PAIRS):
            begun = perf_counter()
            world.ask(operation, principal, side)
            took[side].append(perf_counter() - begun)
        foreign, unknown = (median(times) for times in took.values())
        yield abs(foreign - unknown) > max(MOST_SECONDS, MOST_SHARE * unknown)


def test_all_doors_that_look_for_records_are_timed():
    """The admin shows all tenants to its staff; Billy tells foreign records from unknown ones."""
    assert {*ASKING} == {find_door(operation.route) for operation in READS} - {"admin", "billy"}
