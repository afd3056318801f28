"""One history: a time of faults, then a time to heal, then the judgement."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from django.db import DataError, Error, IntegrityError

from core.errors import BillingError
from simulator.activities import Activity, Crew, Killed
from simulator.actors import ACTORS
from simulator.beginnings import Beginnings
from simulator.connections import reusing_server_processes
from simulator.faults import Fault, Faults
from simulator.healing import heal
from simulator.interruptions import Interruptions, SimulatedFault
from simulator.judging import judge
from simulator.mail_server import SERVER
from simulator.marketplace import Marketplace
from simulator.messages import Messages
from simulator.processor import LINE
from simulator.sellers_endpoint import SellersEndpoint
from simulator.simulated_time import SimulatedTime

STEPS = 58
PAUSED_AT_MOST = 6
# The judge asks about all invariants; a close that did would take as long as the rest of the history.
CLOSING = ("lists", "quick", "figures")
# What an actor may meet: refusals of the rules, and what the faults lead to.
EXPECTED = (BillingError, Error, SimulatedFault, Killed)


class Outcome(NamedTuple):
    """What came of a history."""

    seed: int
    steps: int
    faults: Faults
    violations: list[str]


class Workplace:
    """What the histories of one process share: the processor's books, beginnings, threads and connections."""

    def __init__(self, books: Path) -> None:
        self.crew = Crew()
        self.beginnings = Beginnings(books)

    @classmethod
    @contextmanager
    def open(cls, books: Path) -> "Iterator[Workplace]":
        """Have one for a block."""
        with reusing_server_processes():
            workplace = cls(books)
            try:
                yield workplace
            finally:
                workplace.crew.dismiss()

    def run_history(self, seed: int, *, steps: int = STEPS) -> Outcome:
        """Play the history of a seed, with faults in so many steps, and judge it."""
        history = History(seed, self)
        try:
            violations = history.play(steps)
        except (BillingError, DataError, IntegrityError) as failure:
            violations = [f"without a fault there was {failure!r}"]
        return Outcome(seed, steps, history.faults, violations)


class History:
    """The marketplace of a seed and what its actors are at."""

    def __init__(self, seed: int, workplace: Workplace) -> None:
        self.seed = seed
        self._workplace = workplace
        self._draw = random.Random(seed)
        self.faults = Faults(self._draw)
        self._time = SimulatedTime()
        self._messages = Messages(self._draw, self.faults)
        self._paused: list[Activity] = []
        self._failures: list[str] = []

    def play(self, steps: int) -> list[str]:
        """Play it on an empty database and return what is wrong."""
        beginning = self._workplace.beginnings.begin(self.seed)
        self._time.now = beginning.now
        self._messages.waiting = [*beginning.messages]
        endpoint = SellersEndpoint(self.faults)
        self._market = Marketplace(
            self._draw, self.faults, self._time, self._messages, endpoint, beginning.people
        )
        with ExitStack() as stack:
            self._set_the_stage(stack)
            for _ in range(steps):
                self._step()
            self.faults.are_on = False
            while self._paused:
                self._go_on(self._paused.pop(self._draw.randrange(len(self._paused))))
            heal(self._market)
            return [*self._failures, *judge(self._market)]

    def _set_the_stage(self, stack: ExitStack) -> None:
        LINE.reset(self.faults)
        SERVER.reset(self.faults)
        stack.enter_context(self._time.ruling())
        stack.enter_context(self._messages.taking_over())
        stack.enter_context(patch("webhooks.deliver.post", self._market.endpoint.post))
        stack.enter_context(patch("charges.collection.sweeps.THREADS", 1))
        stack.enter_context(patch("bookkeeping.closing.ALL_STEPS", CLOSING))
        stack.enter_context(Interruptions(self.faults, self._time).taking_place())

    def _step(self) -> None:
        self._time.move(timedelta(seconds=self._draw.choice([1, 5, 20, 120])))
        if self.faults.happens(Fault.CLOCK_FORWARD, chance=0.06):
            self._time.move(timedelta(hours=self._draw.choice([1, 6, 24, 24 * 8])))
        if self.faults.happens(Fault.CLOCK_BACK, chance=0.04):
            self._time.set_back(timedelta(seconds=self._draw.choice([1, 30, 600])))
        if self._paused and (len(self._paused) >= PAUSED_AT_MOST or self._draw.random() < 0.3):
            self._go_on(self._paused.pop(self._draw.randrange(len(self._paused))))
            return
        names = list(ACTORS)
        [name] = self._draw.choices(names, weights=[ACTORS[name][1] for name in names])
        act: Callable[[Marketplace], object] = ACTORS[name][0]
        self._go_on(self._workplace.crew.begin(name, lambda: act(self._market)))

    def _go_on(self, activity: Activity) -> None:
        activity.go_on()
        if not activity.has_ended:
            self._paused.append(activity)
        elif activity.failure is not None and not isinstance(activity.failure, EXPECTED):
            self._failures.append(f"{activity.name}: {activity.failure!r}")
