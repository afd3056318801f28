"""Depth first through the states that a world without faults goes on to: each of them must lead to an end."""

from collections.abc import Iterator
from itertools import filterfalse, pairwise

from tests.charges.model.exploring import (
    PLACES,
    Exploration,
    Found,
    Moves,
    name_step,
    pick_moves,
    without_collector,
)
from tests.charges.model.world import World


class Healing:
    """A calm world: nobody dies, nothing is lost, and time passes only while nobody has anything to do.

    From every state that faults can lead to it must come to an end, whatever comes first. It does, if it
    never returns to a state where it was and never stops before the end.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.calm, self.time = pick_moves(world, "calm"), pick_moves(world, "time")
        self.healed: set[int] = set()

    def find_fault(self, explored: Exploration) -> Found | None:
        """Return the steps to a state that does not heal, None if all do."""
        with without_collector():
            for state in explored.before:
                if state not in self.healed:
                    lost = self._follow(state)
                    if lost:
                        return self._tell(explored, lost)
        return None

    def _follow(self, start: int) -> list[int]:
        """Return the path into a circle or to a stop before the end; empty if all paths end well."""
        path: list[int] = []
        on_path: set[int] = set()
        choices: list[Iterator[int]] = []
        state: int | None = start
        while True:
            if state is None:
                self.healed.add(path[-1])
                on_path.remove(path.pop())
                choices.pop()
                if not path:
                    return []
            else:
                path.append(state)
                following = self._list_next(state)
                if state in on_path or not (following or self.world.has_ended(state)):
                    return path
                on_path.add(state)
                choices.append(filterfalse(self.healed.__contains__, following))
            state = next(choices[-1], None)

    def _list_next(self, state: int) -> list[int]:
        return self._apply(self.calm, state) or self._apply(self.time, state)

    @staticmethod
    def _apply(moves: Moves, state: int) -> list[int]:
        found: list[int] = []
        for shift, places in moves:
            for mask, table in places.get(state >> shift & PLACES, ()):
                found += [state + by for by in table[state & mask]]
        return found

    def _tell(self, explored: Exploration, path: list[int]) -> Found:
        what = "goes round in circles" if path[-1] in path[:-1] else "comes to no end"
        calm = [name_step(self.world, old, new) for old, new in pairwise(path)]
        return Found(what, explored.trace(path[0]) + calm)
