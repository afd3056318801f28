"""Many histories on all processors of the machine, and the table of what happened in them."""

import gc
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from simulator.database import own_database, running
from simulator.failpoints import list_failpoints
from simulator.faults import Fault
from simulator.history import STEPS, Outcome, Workplace
from simulator.shortening import shorten

AT_LEAST = 20
MANY = 600
TOLD_EVERY = 100
MEMORY = "/dev/shm"


class Result(NamedTuple):
    """What one history tells the process that counts."""

    seed: int
    happened: Counter[str]
    reached: Counter[str]
    violations: list[str]


class Wish(NamedTuple):
    """Which histories are wanted: their seeds, the steps with faults (None: as many as usual), and how."""

    seeds: Sequence[int]
    steps: int | None = None
    processes: int = 1
    stops: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every fault has to come about often enough."""
        return not self.stops and len(self.seeds) * (self.steps or STEPS) >= MANY * STEPS


def run(wish: Wish) -> int:
    """Run the histories and print the counts; 1 when one is wrong or a fault was too rare."""
    _say(f"{len(wish.seeds):,} histories, each with {wish.steps or STEPS} steps with faults.")
    began = time.monotonic()
    with running():
        results = _run_in_processes(wish)
    return _report(results, seconds=time.monotonic() - began, is_whole=wish.is_whole)


def _run_in_processes(wish: Wish) -> list[Result]:
    if wish.processes == 1:
        return _run_some(wish)
    shares = [wish._replace(seeds=wish.seeds[place :: wish.processes]) for place in range(wish.processes)]
    with multiprocessing.get_context("fork").Pool(wish.processes) as pool:
        return [result for results in pool.map(_run_some, shares) for result in results]


def _run_some(wish: Wish) -> list[Result]:
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with (
        own_database(f"simulator_{os.getpid()}"),
        tempfile.TemporaryDirectory(dir=memory) as folder,
        Workplace.open(Path(folder, "books.sqlite3")) as workplace,
    ):
        _look_less_for_garbage()
        return list(_run_each(wish, workplace))


def _run_each(wish: Wish, workplace: Workplace) -> Iterator[Result]:
    steps, faults = wish.steps or STEPS, 0
    for number, seed in enumerate(wish.seeds, 1):
        result = _note(workplace.run_history(seed, steps=steps))
        faults += result.happened.total()
        if number % TOLD_EVERY == 0:
            _say(f"Process {os.getpid()}: {number:,} histories with {faults:,} faults.")
        yield result
        if result.violations and wish.stops:
            return
        if result.violations:
            _say(shorten(seed, steps=steps, workplace=workplace))


def _look_less_for_garbage() -> None:
    """Leave modules out of the garbage collector's view: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _note(outcome: Outcome) -> Result:
    for violation in outcome.violations:
        _say(f"seed {outcome.seed}, {outcome.steps} steps: {violation}")
    return Result(outcome.seed, outcome.faults.happened, outcome.faults.reached, outcome.violations)


def _report(results: Sequence[Result], *, seconds: float, is_whole: bool) -> int:
    happened: Counter[str] = sum((result.happened for result in results), Counter())
    reached: Counter[str] = sum((result.reached for result in results), Counter())
    wrong = [result.seed for result in results if result.violations]
    _print_counts("Faults", happened, Fault)
    _print_counts("Failpoints", reached, list_failpoints())
    _say(f"\n{len(results):,} histories, {happened.total():,} faults, {seconds:.0f} s.")
    _say(f"Wrong: {wrong or 'none'}.")
    rare = _list_rare(happened, reached) if is_whole else []
    if rare:
        _say(f"Fewer than {AT_LEAST} times, which proves nothing: {', '.join(rare)}.")
    return 1 if wrong or rare or not results else 0


def _print_counts(title: str, counts: Counter[str], names: Iterable[str]) -> None:
    _say(f"\n{title}:")
    for name in names:
        _say(f"  {counts[name]:8,}  {name}")


def _list_rare(happened: Counter[str], reached: Counter[str]) -> list[str]:
    faults = [fault.value for fault in Fault if happened[fault] < AT_LEAST]
    return faults + [name for name in list_failpoints() if reached[name] < AT_LEAST]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
