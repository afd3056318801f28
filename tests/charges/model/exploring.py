"""Breadth first through all states within the bounds, until one breaks a rule of money."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace
from typing import NamedTuple

from tests.charges.model.invariants import find_fault
from tests.charges.model.packing import Broken, Part, Table
from tests.charges.model.world import PLACE, World

PLACES = (1 << PLACE) - 1
# By where a process is, the bits that decide about its next steps, and the steps.
Moves = list[tuple[int, dict[int, list[tuple[int, Table]]]]]


class Act(NamedTuple):
    """One step of a trace: who does what, and the state after it."""

    who: str
    what: str
    state: int

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"


class Found(NamedTuple):
    """A rule that is broken, and the steps that lead there."""

    what: str
    trace: list[Act]

    def __str__(self) -> str:
        return "\n  ".join([self.what, *map(str, self.trace)])


class Verdicts(dict[int, str]):
    """What is wrong with the rows and captures of a state, by the bits that say so."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __missing__(self, key: int) -> str:
        part = self.world.money
        view = {name: part.layout.read(key, field) for name, field in part.fields.items()}
        self[key] = find_fault(self.world.bounds, SimpleNamespace(**view))
        return self[key]


class Exploration:
    """The states within the bounds, each with the one it was first reached from."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.before: dict[int, int] = {world.start: 0}
        self.found: Found | None = None

    def run(self) -> "Exploration":
        """Visit all states, until one breaks a rule."""
        queue = [self.world.start]
        with without_collector():
            try:
                self._visit(queue)
            except Broken as exc:
                self.found = Found(str(exc), self.trace(self._at))
        return self

    def trace(self, state: int) -> list[Act]:
        """Return the steps to a state."""
        path = [state]
        while path[-1] != self.world.start:
            path.append(self.before[path[-1]])
        return [name_step(self.world, old, new) for old, new in pairwise(reversed(path))]

    def _visit(self, queue: list[int]) -> None:
        before, verdicts, money = self.before, Verdicts(self.world), self.world.money.mask
        moves = pick_moves(self.world, "all")
        for state in queue:
            self._at = state
            if verdicts[state & money]:
                raise Broken(verdicts[state & money])
            for shift, places in moves:
                for mask, table in places.get(state >> shift & PLACES, ()):
                    for by in table[state & mask]:
                        new = state + by
                        if new not in before:
                            before[new] = state
                            queue.append(new)


def pick_moves(world: World, which: str) -> Moves:
    """Return the tables of one kind; what is around the processes may happen wherever they are."""
    places = [(process.shift, process.parts) for process in world.processes]
    places.append((world.layout.size, {0: world.around}))
    return [(shift, {place: _pick(some, which) for place, some in parts.items()}) for shift, parts in places]


def _pick(parts: list[Part], which: str) -> list[tuple[int, Table]]:
    return [(part.mask, getattr(part, which)) for part in parts]


def name_step(world: World, old: int, new: int) -> Act:
    """Return what leads from one state to another."""
    for part in world.find_parts(old):
        for step, by in part.list_steps(old & part.mask):
            if old + by == new:
                return Act(part.name, step.name, new)
    raise AssertionError("no step leads there")


@contextmanager
def without_collector() -> Iterator[None]:
    """Integers refer to nothing: looking through millions of them for cycles takes half of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
