"""Breadth first through all states; depth first through those that a world without faults goes on to."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import NamedTuple

from tests.charges.model.packing import Broken, Part
from tests.charges.model.surroundings import find_fault
from tests.charges.model.world import PLACE, World

Moves = list[tuple[int, dict[int, tuple[int, ...]]]]


class Found(NamedTuple):
    """A rule that is broken, and the steps that lead there."""

    what: str
    steps: list[str]


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

    def run(self, *, at_most: int = 100_000_000) -> "Exploration":
        """Visit all states, until one breaks a rule."""
        with without_collector():
            try:
                self._visit(at_most)
            except Broken as exc:
                self.found = Found(str(exc), self.list_steps(self._last))
        return self

    def _visit(self, at_most: int) -> None:
        before, queue, place = self.before, [self.world.start], (1 << PLACE) - 1
        verdicts, money = Verdicts(self.world), self.world.money.mask
        processes = [(process.shift, pick(process.parts, "all")) for process in self.world.processes]
        around = [(part.mask, part.all) for part in self.world.around]
        for state in queue:
            self._last = state
            if verdicts[state & money]:
                raise Broken(verdicts[state & money])
            for shift, moves in processes:
                for mask, table in moves.get(state >> shift & place, ()):
                    for by in table[state & mask]:
                        new = state + by
                        if new not in before:
                            before[new] = state
                            queue.append(new)
            for mask, table in around:
                for by in table[state & mask]:
                    new = state + by
                    if new not in before:
                        before[new] = state
                        queue.append(new)
            if len(queue) > at_most:
                raise Broken(f"more than {at_most} states")

    def list_steps(self, state: int) -> list[str]:
        """Return the names of the steps to a state."""
        path = [state]
        while path[-1] != self.world.start:
            path.append(self.before[path[-1]])
        path.reverse()
        return [name_step(self.world, old, new) for old, new in zip(path, path[1:], strict=False)]


def pick(parts: dict[int, list[Part]], which: str) -> dict[int, Moves]:
    """Return the tables of one kind, by place."""
    return {key: [(part.mask, getattr(part, which)) for part in some] for key, some in parts.items()}


def name_step(world: World, old: int, new: int) -> str:
    """Return what leads from one state to another."""
    for part in world.find_parts(old):
        for step, by in part.list_steps(old & part.mask):
            if old + by == new:
                return f"{part.name} {step.name}"
    raise AssertionError("no step leads there")


@contextmanager
def without_collector() -> Iterator[None]:
    """Integers refer to nothing: looking through millions of them for cycles takes half of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
