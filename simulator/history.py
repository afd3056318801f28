"""One history: a time of faults, then a time to heal, then the judgement."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from django.conf import settings
from django.db import Error

from core.errors import BillingError
from gateway.registry import get_gateway
from simulator.activities import Activity, Crew, Killed
from simulator.actors import ACTORS
from simulator.database import empty_tables
from simulator.faults import Fault, Faults
from simulator.healing import heal
from simulator.interruptions import Interruptions, SimulatedFault
from simulator.judging import judge
from simulator.marketplace import Marketplace
from simulator.messages import Messages
from simulator.processor import LINE
from simulator.sellers_endpoint import SellersEndpoint
from simulator.simulated_time import SimulatedTime

STEPS = 70
PAUSED_AT_MOST = 6
# What an actor may meet: refusals of the rules, and what the faults lead to.
EXPECTED = (BillingError, Error, SimulatedFault, Killed)


class Outcome(NamedTuple):
    """What came of a history."""

    seed: int
    steps: int
    faults: Faults
    violations: list[str]


def run_history(seed: int, *, steps: int = STEPS, books: Path) -> Outcome:
    """Play the history of a seed, with faults in so many steps, and judge it."""
    return History(seed, books).play(steps)


class History:
    """The marketplace of a seed and what its actors are at."""

    def __init__(self, seed: int, books: Path) -> None:
        self.seed = seed
        self._books = books
        self._draw = random.Random(seed)
        self._faults = Faults(self._draw)
        self._time = SimulatedTime()
        self._messages = Messages(self._draw, self._faults)
        self._endpoint = SellersEndpoint(self._faults)
        self._market = Marketplace(self._draw, self._faults, self._time, self._messages, self._endpoint)
        self._crew = Crew()
        self._paused: list[Activity] = []
        self._failures: list[str] = []

    def play(self, steps: int) -> Outcome:
        """Play it on an empty database."""
        with ExitStack() as stack:
            self._set_the_stage(stack)
            stack.callback(self._crew.dismiss)
            self._market.settle_in()
            for _ in range(steps):
                self._step()
            self._faults.are_on = False
            while self._paused:
                self._go_on(self._paused.pop(self._draw.randrange(len(self._paused))))
            heal(self._market)
            violations = [*self._failures, *judge(self._market)]
        return Outcome(self.seed, steps, self._faults, violations)

    def _set_the_stage(self, stack: ExitStack) -> None:
        empty_tables()
        for file in self._books.parent.glob(f"{self._books.name}*"):
            file.unlink()
        settings.SANDBOX_BOOKS = str(self._books)
        get_gateway.cache_clear()
        LINE.reset(self._faults)
        stack.enter_context(self._time.ruling())
        stack.enter_context(self._messages.taking_over())
        stack.enter_context(patch("webhooks.deliver.post", self._endpoint.post))
        stack.enter_context(patch("charges.collection.sweeps.THREADS", 1))
        stack.enter_context(Interruptions(self._faults, self._time).taking_place())

    def _step(self) -> None:
        self._time.move(timedelta(seconds=self._draw.choice([1, 5, 20, 120])))
        if self._faults.happens(Fault.CLOCK_FORWARD, chance=0.05):
            self._time.move(timedelta(hours=self._draw.choice([1, 6, 24, 24 * 8])))
        if self._faults.happens(Fault.CLOCK_BACK, chance=0.02):
            self._time.move(-timedelta(seconds=self._draw.choice([1, 30, 600])))
        if self._paused and (len(self._paused) >= PAUSED_AT_MOST or self._draw.random() < 0.3):
            self._go_on(self._paused.pop(self._draw.randrange(len(self._paused))))
            return
        names = list(ACTORS)
        [name] = self._draw.choices(names, weights=[ACTORS[name][1] for name in names])
        act: Callable[[Marketplace], object] = ACTORS[name][0]
        self._go_on(self._crew.begin(name, lambda: act(self._market)))

    def _go_on(self, activity: Activity) -> None:
        activity.go_on()
        if not activity.has_ended:
            self._paused.append(activity)
        elif activity.failure is not None and not isinstance(activity.failure, EXPECTED):
            self._failures.append(f"{activity.name}: {activity.failure!r}")
