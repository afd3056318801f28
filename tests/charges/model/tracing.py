"""Traces through the model that together take every kind of step, for a replay on the real code.

The real code stops only in calls of the gateway. What it does between two calls is one step for it, so here
nothing may come between either: such a process goes first.
"""

import re
from collections.abc import Iterator

from tests.charges.model.exploring import PLACES, Act
from tests.charges.model.packing import Part, Step
from tests.charges.model.vocabulary import Pc
from tests.charges.model.world import PROCESS, Process, World

PCS = (1 << PROCESS["pc"]) - 1
ROWS = ("db", "status", "collect")
IN_ONE_GO = (Pc.STARTING, Pc.READY, Pc.HAS_PENDING, Pc.HAS_NEEDS_BUYER)


class Named(dict[int, list[tuple[int, str, str]]]):
    """The steps of a part by the values of its fields: the difference, the step, and its kind."""

    def __init__(self, part: Part, *, by_row: bool) -> None:
        self.part, self.by_row = part, by_row

    def __missing__(self, key: int) -> list[tuple[int, str, str]]:
        self[key] = [(by, step.name, self._sort(key, step)) for step, by in self.part.list_steps(key) if by]
        return self[key]

    def _sort(self, key: int, step: Step) -> str:
        """Say what kind of step it is, whoever takes it: what changes of the rows, and from what row."""
        row = self.part.fields.get("db", "") if self.by_row else ""
        before = self.part.layout.read(key, row) if row else ""
        after = {name: int(new) for name, new in step.changes.items() if name in ROWS}
        return f"{re.sub('[0-9]', '', self.part.name)} {step.name} {before} {after}"


class Traces:
    """The first states of the model, how each is reached first, and by which step of each kind.

    With `by_row` a step is of another kind for each state of the attempt's row.
    """

    def __init__(self, world: World, *, states: int, by_row: bool) -> None:
        self.world, self.by_row = world, by_row
        self._named: dict[int, Named] = {}
        self._before: dict[int, tuple[int, Act, str]] = {}
        self._firsts: dict[str, tuple[int, Act, str]] = {}
        self._go_first = [self._list_places(process) for process in world.processes]
        self._search(states)

    def list_traces(self) -> Iterator[list[Act]]:
        """Return traces, the longest first, that take each kind of step at least once."""
        todo = set(self._firsts)
        paths = [self._trace(edge) for edge in self._firsts.values()]
        for acts, kinds in sorted(paths, key=lambda path: -len(path[0])):
            if todo & kinds:
                todo -= kinds
                yield acts

    def _trace(self, edge: tuple[int, Act, str]) -> tuple[list[Act], set[str]]:
        acts, kinds = [edge[1]], {edge[2]}
        while edge[0] != self.world.start:
            edge = self._before[edge[0]]
            acts.append(edge[1])
            kinds.add(edge[2])
        return acts[::-1], kinds

    def _search(self, states: int) -> None:
        queue = [self.world.start]
        for state in queue:
            if len(queue) > states:
                return
            for part in self._list_parts(state):
                named = self._named.setdefault(id(part), Named(part, by_row=self.by_row))
                for by, what, kind in named[state & part.mask]:
                    new = state + by
                    edge = (state, Act(part.name, what, new), kind)
                    self._firsts.setdefault(kind, edge)
                    if new not in self._before and new != self.world.start:
                        self._before[new] = edge
                        queue.append(new)

    def _list_parts(self, state: int) -> Iterator[Part]:
        for process, places in zip(self.world.processes, self._go_first, strict=True):
            place = state >> process.shift & PLACES
            if place in places:
                return iter(process.parts[place])
        return self.world.find_parts(state)

    def _list_places(self, process: Process) -> set[int]:
        """A sender that has claimed may sleep before its first call, but not after it has committed."""
        if process.who in self.world.resolvers:
            return {place for place in process.parts if place & PCS in IN_ONE_GO}
        may_sleep = process.who not in self.world.senders or not self.world.bounds.prepares
        return set() if may_sleep else {place for place in process.parts if place & PCS == Pc.READY}
