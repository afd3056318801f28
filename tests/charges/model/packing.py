"""A state of the model as one integer, and the steps of a part of it as differences between integers.

A part names the fields that it reads and changes. Its steps depend on these alone, so they are worked out
once for each of their values, however many states share them: that is what makes millions of states cheap.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from types import SimpleNamespace
from typing import NamedTuple


class Kind(Enum):
    """What a step says about the world."""

    CALM = "what happens by itself when nothing is broken and everybody is prompt"
    TIME = "time passes; in a calm world only while nobody has anything to do"
    CHOICE = "what a buyer, a seller or a processor may do, or may not"
    FAULT = "something dies, gets lost or cannot be reached"


class Step(NamedTuple):
    """One thing that may happen, with the new values of the fields that it changes."""

    name: str
    kind: Kind
    changes: Mapping[str, int]


class Broken(Exception):
    """A step that the rules must never take."""


class Layout:
    """Where each field is in the integer."""

    def __init__(self, **bits: int) -> None:
        self.shifts: dict[str, int] = {}
        self.limits: dict[str, int] = {}
        place = 0
        for name, width in bits.items():
            self.shifts[name], self.limits[name] = place, (1 << width) - 1
            place += width
        self.size = place

    def pack(self, **values: int) -> int:
        """Return the integer of these values; fields that are not named are 0."""
        assert all(0 <= value <= self.limits[name] for name, value in values.items()), values
        return sum(value << self.shifts[name] for name, value in values.items())

    def read(self, state: int, name: str) -> int:
        """Return one field."""
        return state >> self.shifts[name] & self.limits[name]

    def mask(self, names: Iterable[str]) -> int:
        """Return the bits of these fields."""
        return sum(self.limits[name] << self.shifts[name] for name in set(names))


Rule = Callable[[SimpleNamespace], Iterator[Step]]


class Part:
    """A rule over some fields, each under a name of the part's own, and the table of what it leads to.

    A name that stands for no field is 0 and stays so. Each fault costs one of the field `faults`, if the
    layout has it.
    """

    def __init__(self, layout: Layout, name: str, rule: Rule, **fields: str) -> None:
        self.layout, self.name, self.rule = layout, name, rule
        self.is_counted = "faults" in layout.limits
        self.fields = {name: field for name, field in fields.items() if field}
        self.absent = dict.fromkeys(fields.keys() - self.fields.keys(), 0)
        self.faults = {"faults": "faults"} if self.is_counted else {}
        self.mask = layout.mask([*self.fields.values(), *self.faults])
        self.all = Table(self, lambda kind: True)
        self.calm = Table(self, lambda kind: kind is Kind.CALM)
        self.time = Table(self, lambda kind: kind is Kind.TIME)

    def list_steps(self, state: int) -> Iterator[tuple[Step, int]]:
        """Return the steps out of a state and by how much each changes the integer. Raises Broken."""
        view = {name: self.layout.read(state, field) for name, field in self.fields.items()}
        faults = self.layout.read(state, "faults") if self.is_counted else 1
        for step in self.rule(SimpleNamespace(**view, **self.absent)):
            is_fault = step.kind is Kind.FAULT
            if faults or not is_fault:
                change = sum(self._shift(name, value, view) for name, value in step.changes.items())
                price = 1 << self.layout.shifts["faults"] if is_fault and self.is_counted else 0
                yield step, change - price

    def _shift(self, name: str, value: int, view: Mapping[str, int]) -> int:
        if name in self.absent:
            return 0
        field = self.fields[name]
        assert 0 <= value <= self.layout.limits[field], (name, value)
        return (value - view[name]) << self.layout.shifts[field]


class Table(dict[int, tuple[int, ...]]):
    """The differences that the steps of a part make, by the values of its fields."""

    def __init__(self, part: Part, takes: Callable[[Kind], bool]) -> None:
        self.part, self.takes = part, takes

    def __missing__(self, key: int) -> tuple[int, ...]:
        steps = self.part.list_steps(key)
        differences = dict.fromkeys(by for step, by in steps if by and self.takes(step.kind))
        self[key] = tuple(differences)
        return self[key]
