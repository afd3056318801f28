"""Many histories on all processors of the machine, and the table of what happened in them."""

import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from simulator.database import own_database, running
from simulator.faults import Fault
from simulator.history import STEPS, Outcome, run_history

AT_LEAST = 20
MEMORY = "/dev/shm"


class Result(NamedTuple):
    """What one history tells the process that counts."""

    seed: int
    happened: Counter[str]
    reached: Counter[str]
    violations: list[str]


def run(seeds: Sequence[int], *, steps: int | None, processes: int) -> int:
    """Run the histories of these seeds and print the counts; 1 when one is wrong or a fault was too rare."""
    _say(f"Histories of seeds {seeds[0]} to {seeds[-1]}, {steps or STEPS} steps with faults each.")
    began = time.monotonic()
    with running():
        results = list(_run_in_processes(seeds, steps or STEPS, processes))
    return _report(results, seconds=time.monotonic() - began, is_whole=steps is None and len(seeds) >= 100)


def _run_in_processes(seeds: Sequence[int], steps: int, processes: int) -> Iterator[Result]:
    if processes == 1:
        yield from _run_some(seeds, steps)
        return
    shares = [seeds[place::processes] for place in range(processes)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for results in pool.starmap(_collect, [(share, steps) for share in shares if share]):
            yield from results


def _collect(seeds: Sequence[int], steps: int) -> list[Result]:
    return list(_run_some(seeds, steps))


def _run_some(seeds: Sequence[int], steps: int) -> Iterator[Result]:
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with own_database(f"simulator_{os.getpid()}"), tempfile.TemporaryDirectory(dir=memory) as folder:
        for seed in seeds:
            yield _note(run_history(seed, steps=steps, books=Path(folder, "books.sqlite3")))


def _note(outcome: Outcome) -> Result:
    for violation in outcome.violations:
        _say(f"seed {outcome.seed}: {violation}")
    return Result(outcome.seed, outcome.faults.happened, outcome.faults.reached, outcome.violations)


def _report(results: Sequence[Result], *, seconds: float, is_whole: bool) -> int:
    happened: Counter[str] = sum((result.happened for result in results), Counter())
    reached: Counter[str] = sum((result.reached for result in results), Counter())
    wrong = [result.seed for result in results if result.violations]
    for title, counts in (("Faults", happened), ("Failpoints", reached)):
        _say(f"\n{title}:")
        for name, count in sorted(counts.items()):
            _say(f"  {count:8,}  {name}")
    _say(f"\n{len(results):,} histories, {happened.total():,} faults, {seconds:.0f} s.")
    _say(f"Wrong: {wrong or 'none'}.")
    rare = [name for name in Fault if happened[name] < AT_LEAST] if is_whole else []
    if rare:
        _say(f"Too rare to prove anything: {', '.join(rare)}.")
    return 1 if wrong or rare or not results else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
