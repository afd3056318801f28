"""Depth first through the states that a world without faults goes on to: each of them must lead to an end."""

from collections.abc import Iterator

from tests.charges.model.exploring import Exploration, Found, name_step, pick, without_collector
from tests.charges.model.world import PLACE, World


class Healing:
    """A calm world: nobody dies, nothing is lost, and time passes only while nobody has anything to do.

    From every state that faults can lead to it must come to an end, whatever comes first. It does, if it
    never returns to a state where it was and never stops before the end.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.processes = [(process.shift, pick(process.parts, "calm")) for process in world.processes]
        self.around = [(part.mask, part.calm) for part in world.around]
        self.time = [(part.mask, part.time) for part in world.around]

    def find_fault(self, explored: Exploration) -> Found | None:
        """Return the steps to a state that does not heal, None if all do."""
        with without_collector():
            healed: set[int] = set()
            for state in explored.before:
                if state not in healed:
                    lost = self._follow(state, healed)
                    if lost:
                        return Found(*self._tell(explored, state, lost))
        return None

    def list_next(self, state: int) -> list[int]:
        """Return the states that come next in a calm world."""
        place, found = (1 << PLACE) - 1, []
        for shift, moves in self.processes:
            for mask, table in moves.get(state >> shift & place, ()):
                found += table[state & mask]
        for mask, table in self.around:
            found += table[state & mask]
        if not found:
            for mask, table in self.time:
                found += table[state & mask]
        return [state + by for by in found]

    def _follow(self, start: int, healed: set[int]) -> list[int]:
        """Return the path into a circle or to a stop before the end; empty if all paths end well."""
        path, on_path, choices = [start], {start}, [iter(self._open(start))]
        if not self.list_next(start) and not self.world.has_ended(start):
            return path
        while path:
            following = next((state for state in choices[-1] if state not in healed), None)
            if following is None:
                healed.add(path[-1])
                on_path.remove(path.pop())
                choices.pop()
                continue
            path.append(following)
            then = self._open(following)
            if following in on_path or (not then and not self.world.has_ended(following)):
                return path
            on_path.add(following)
            choices.append(iter(then))
        return []

    def _open(self, state: int) -> list[int]:
        return self.list_next(state)

    def _tell(self, explored: Exploration, state: int, path: list[int]) -> tuple[str, list[str]]:
        what = "goes round in circles" if path[-1] in path[:-1] else "comes to no end"
        steps = [name_step(self.world, old, new) for old, new in zip(path, path[1:], strict=False)]
        return what, [*explored.list_steps(state), "faults stop", *steps]


def heal(world: World, explored: Exploration) -> Iterator[str]:
    """Return what does not heal."""
    found = Healing(world).find_fault(explored)
    if found:
        yield found.what
