"""The model put together: the fields of a state within given bounds, and the parts that change them."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from tests.charges.model.mistakes import NONE, Mistakes
from tests.charges.model.packing import Layout, Part, Rule
from tests.charges.model.resolving import Resolving
from tests.charges.model.sending import Sending
from tests.charges.model.settling import Settling
from tests.charges.model.surroundings import Surroundings, give_up, pass_time
from tests.charges.model.vocabulary import BUYER, OPEN, SENDER, UNLIMITED, Bounds, Pc, Status

SENDS = (Pc.STARTING, Pc.PREPARED, Pc.READY, Pc.WAITING)
SETTLES = tuple(pc for pc in Pc if pc >= Pc.HAS_APPROVED)
CHARGE = {"status": 2, "collect": 1, "retries": 1, "given_up": 1, "posts": 2}
ATTEMPT = {"db": 3, "due": 2, "owner": 2, "ref": 1, "age": 3, "op": 3, "flight": 2, "wild": 1, "captures": 2}
# The first two say where a process is.
PROCESS = {"pc": 5, "on": 2, "ok": 1, "unwanted": 1, "own_ref": 1}
PLACE = PROCESS["pc"] + PROCESS["on"]


class Process(NamedTuple):
    """A sender, a resolver or a buyer: where its place is in a state, and the parts of each place."""

    who: str
    shift: int
    parts: dict[int, list[Part]]


class World:
    """All parts, of processes by where the process is, and of what is around them."""

    def __init__(self, bounds: Bounds, mistakes: Mistakes = NONE) -> None:
        self.bounds, self.mistakes = bounds, mistakes
        self.numbers = range(1, bounds.attempts + 1)
        self.senders = [f"sender{n}" for n in self.numbers]
        self.resolvers = [f"resolver{n}" for n in range(1, bounds.resolvers + 1)]
        self.layout = Layout(**dict(self._list_fields()))
        self.processes = [
            *map(self._sender, self.numbers),
            *map(self._resolver, self.resolvers),
            self._buyer(),
        ]
        self.around = list(self._list_surroundings())
        names = [*self._each("db"), *self._each("captures"), "status", "posts"]
        self.money = self._part("money", lambda w: iter(()), **same(names))

    @property
    def start(self) -> int:
        """A charge that is due, and nobody near it."""
        faults = {} if self.bounds.faults == UNLIMITED else {"faults": self.bounds.faults}
        return self.layout.pack(status=Status.PROCESSED, collect=1, retries=self.bounds.retries, **faults)

    def find_parts(self, state: int) -> Iterator[Part]:
        """Return the parts that may move in a state."""
        for process in self.processes:
            yield from process.parts.get(state >> process.shift & (1 << PLACE) - 1, ())
        yield from self.around

    def has_ended(self, state: int) -> bool:
        """Say whether the charge has ended and no attempt is open."""
        rows = [self.layout.read(state, name) for name in self._each("db")]
        return self.layout.read(state, "status") != Status.PROCESSED and not set(rows) & set(OPEN)

    def _list_fields(self) -> Iterator[tuple[str, int]]:
        yield from CHARGE.items()
        for n in self.numbers:
            yield from ((f"{name}{n}", bits) for name, bits in ATTEMPT.items())
        for who in (*self.senders, *self.resolvers, "buyer"):
            yield from ((f"{who}_{name}", bits) for name, bits in PROCESS.items() if self._has(who, name))
        if self.bounds.faults != UNLIMITED:
            yield "faults", 3

    def _has(self, who: str, name: str) -> bool:
        """Only resolvers keep what they read; a buyer has no lease. A sender's attempt never changes."""
        return who in self.resolvers or name in ("pc", "on") or (who in self.senders and name == "ok")

    def _each(self, name: str) -> list[str]:
        return [f"{name}{n}" for n in self.numbers]

    def _part(self, name: str, rule: Rule, **fields: str) -> Part:
        return Part(self.layout, name, rule, **fields)

    def _process(self, who: str, parts: Iterable[tuple[Pc, int, Part]]) -> Process:
        places: dict[int, list[Part]] = {}
        for pc, on, part in parts:
            places.setdefault(pc | on << PROCESS["pc"], []).append(part)
        return Process(who, self.layout.shifts[f"{who}_pc"], places)

    def _at(self, who: str, n: int, rule: Rule, *row: str, **others: str) -> Part:
        """Return a part that a process has in an attempt."""
        own = {name: f"{who}_{name}" if self._has(who, name) else "" for name in PROCESS}
        return self._part(f"{who} at attempt {n}", rule, **own, **self._of(n, *row), **others)

    def _of(self, n: int, *names: str) -> dict[str, str]:
        return {name: f"{name}{n}" for name in names}

    def _list_common(self, who: str, me: int, n: int) -> Iterator[tuple[Pc, int, Part]]:
        sending = Sending(self.bounds, self.mistakes, me).steps
        settling = Settling(self.bounds, self.mistakes, me, n).steps
        sends = self._at(who, n, sending, "db", "owner", "ref", "op", "flight", "wild")
        settles = self._at(who, n, settling, "db", "due", "owner", "ref", **same(CHARGE))
        yield from ((pc, n, sends) for pc in SENDS)
        yield from ((pc, n, settles) for pc in SETTLES)

    def _sender(self, n: int) -> Process:
        return self._process(f"sender{n}", self._list_common(f"sender{n}", SENDER, n))

    def _resolver(self, who: str) -> Process:
        me = self.resolvers.index(who) + 1 + SENDER
        return self._process(who, (place for n in self.numbers for place in self._list_resolver(who, me, n)))

    def _list_resolver(self, who: str, me: int, n: int) -> Iterator[tuple[Pc, int, Part]]:
        rules = Resolving(self.bounds, self.mistakes, me, n)
        row = ("db", "due", "owner", "ref")
        yield Pc.IDLE, 0, self._at(who, n, rules.take_over, *row, given_up="given_up")
        yield Pc.ASKING, n, self._at(who, n, rules.ask, "db", "due", "age", "op")
        yield Pc.CANCELLING, n, self._at(who, n, rules.cancel, "age", "op")
        yield from self._list_common(who, me, n)

    def _buyer(self) -> Process:
        return self._process("buyer", (place for n in self.numbers for place in self._list_buyer(n)))

    def _list_buyer(self, n: int) -> Iterator[tuple[Pc, int, Part]]:
        rules = Surroundings(self.bounds, self.mistakes, n)
        cancel = Resolving(self.bounds, self.mistakes, BUYER, n).cancel
        yield Pc.IDLE, 0, self._at("buyer", n, rules.open_page, "db", given_up="given_up")
        yield Pc.PAGE_OPEN, n, self._at("buyer", n, rules.use_page, "op", "age", "wild")
        yield Pc.CANCELLING, n, self._at("buyer", n, cancel, "age", "op")
        yield from (place for place in self._list_common("buyer", BUYER, n) if place[0] in SETTLES)

    def _list_surroundings(self) -> Iterator[Part]:
        rows, charge = same(self._each("db")), same(["status", "collect", "given_up"])
        for n in self.numbers:
            rules = Surroundings(self.bounds, self.mistakes, n)
            own = {name: f"sender{n}_{name}" for name in ("pc", "on", "ok")}
            claimed = self._of(n, "db", "due", "owner")
            yield self._part(f"sender{n}", rules.claim, **charge, **own, **rows, **claimed)
            operation = self._of(n, "op", "flight", "wild", "captures", "age")
            yield self._part(f"processor at attempt {n}", rules.process, **operation)
            yield self._part(f"attempt {n}", rules.hint, **self._of(n, "db", "due"))
        waking = same([*self._each("due"), *self._each("owner")])
        yield self._part("charge", partial(give_up, self.bounds, self.mistakes), **charge, **rows, **waking)
        leases = [f"{who}_ok" for who in (*self.senders, *self.resolvers)]
        ageing = same([*leases, *self._each("due"), *self._each("age"), *self._each("flight")])
        yield self._part("time", partial(pass_time, self.bounds), **rows, **ageing)


def same(names: Iterable[str]) -> dict[str, str]:
    """Return fields that a part knows by their own names."""
    return {name: name for name in names}
