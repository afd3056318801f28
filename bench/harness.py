"""Comparison of two ways: interleaved rounds, the median of their ratios, a table with targets."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from core import clock

STARTED = time.monotonic()
Rounds = dict[str, list[float]]
SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers")


class CouldNotMeasure(Exception):
    """Something that a comparison needs did not happen; the message says what."""


@dataclass(frozen=True, slots=True)
class Options:
    """`quick` is for trying things: fewer rows and rounds, so its figures are rough.

    `large` adds what needs a million rows and minutes; `huge` is five times that, about 40 GB of disk.
    """

    quick: bool = False
    large: bool = False
    huge: bool = False

    def pick(self, full: int, quick: int) -> int:
        """Return a size of rows, rounds or requests."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `ratio` is ours to the reference's; no target means: told for orientation."""

    job: str
    ours: str
    reference: str
    ratio: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the target was met."""
        if self.ratio is None or not self.target:
            return ""
        high = self.at_most is not None and self.ratio > self.at_most
        low = self.at_least is not None and self.ratio < self.at_least
        return "MISSED" if high or low else "met"

    @property
    def target(self) -> str:
        """Say what the ratio has to be."""
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return "" if self.at_least is None else f">= {self.at_least:g}"


def interleave(variants: Mapping[str, Callable[[], float]], *, rounds: int) -> Rounds:
    """Run every variant once a round, in turn, after a round that does not count; return what they say."""
    for measure in variants.values():
        measure()
    found: Rounds = {name: [] for name in variants}
    for _ in range(rounds):
        for name, measure in variants.items():
            found[name].append(measure())
    return found


def compare(ours: Sequence[float], reference: Sequence[float]) -> float:
    """Return the median of the ratios within each round, so that a slow minute spoils both sides."""
    return statistics.median(a / b for a, b in zip(ours, reference, strict=True))


def time_each(work: Callable[[], object], *, times: int) -> float:
    """Return the median duration of one call in milliseconds."""
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations) * 1000


def time_in_turn(works: Mapping[str, Callable[[], object]], *, rounds: int, times: int = 10) -> Rounds:
    """Time works in milliseconds: each a few times, then the next, for many short rounds."""
    return interleave(
        {name: partial(time_each, work, times=times) for name, work in works.items()}, rounds=rounds
    )


def say(line: str) -> None:
    """Tell whoever waits how far it is; the table alone goes to standard output."""
    sys.stderr.write(f"{time.monotonic() - STARTED:5.0f} s  {line}\n")


def format_ms(values: Sequence[float]) -> str:
    """Return the median of milliseconds for reading."""
    return f"{statistics.median(values):.3g} ms"


def format_rate(values: Sequence[float]) -> str:
    """Return the median of operations a second for reading."""
    return f"{statistics.median(values):,.0f}/s"


def weigh(
    job: str,
    ours: Sequence[float],
    reference: Sequence[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    tell: Callable[[Sequence[float]], str] = format_ms,
) -> Row:
    """Return the comparison of two sides of interleaved rounds."""
    return Row(job, tell(ours), tell(reference), compare(ours, reference), at_most, at_least)


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on: machine, versions, settings of the server, date in UTC."""
    with connection.cursor() as cursor:
        found = {}
        for name in SETTINGS:
            cursor.execute(f"SHOW {name}")
            [found[name]] = cursor.fetchone()
    return {
        "date": clock.now().strftime("%Y-%m-%d %H:%M UTC"),
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "postgresql": found,
    }


def format_machine(machine: Mapping[str, Any]) -> str:
    """Return one line for the head of a table."""
    server = machine["postgresql"]
    return (
        f"{machine['date']}; {machine['cores']} x {machine['cpu']}, load {machine['load']} before; "
        f"Python {machine['python']}; PostgreSQL {server['server_version']} "
        f"(fsync {server['fsync']}, synchronous_commit {server['synchronous_commit']})"
    )


def format_table(rows: Sequence[Row]) -> str:
    """Return a Markdown table."""
    lines = [("job", "ours", "reference", "ratio", "target", "verdict"), ("---",) * 6]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        lines.append((row.job, row.ours, row.reference, ratio, row.target, row.verdict))
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows for a file."""
    return [asdict(row) | {"verdict": row.verdict} for row in rows]


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
