"""Processes that do the same thing at once for a while, and what that cost."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connections

from bench.cpu import own_backend, read_cpu
from bench.harness import CouldNotMeasure

FORK = multiprocessing.get_context("fork")
PATIENCE = 60.0  # Seconds beyond the work itself, or for one of it that takes longer than asked for.


@dataclass(frozen=True, slots=True)
class Burst:
    """What all processes did together: operations, seconds, and seconds of CPU of clients and server."""

    operations: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Operations a second of all processes together."""
        return self.operations / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU of client and server for one operation, in milliseconds."""
        return 1000 * self.cpu / self.operations


class Crew:
    """Forked processes; each makes its work anew (with a connection of its own) and does it at least once."""

    def __init__(self, seconds: float, *, patience: float = PATIENCE) -> None:
        self.seconds = seconds
        self.patience = patience
        self._members: list[tuple[Callable[[], Callable[[], Any]], float]] = []

    def add(self, make_work: Callable[[], Callable[[], Any]], *, count: int = 1, pause: float = 0.0) -> None:
        """Let `count` processes repeat what `make_work` makes, `pause` seconds apart."""
        self._members += [(make_work, pause)] * count

    def run(self) -> list[tuple[Burst, list[Any]]]:
        """Start all at once, wait for them, return what each did. Raises CouldNotMeasure."""
        connections.close_all()  # A connection must not be shared with a fork.
        barrier = FORK.Barrier(len(self._members))
        started = [self._start(barrier, make_work, pause) for make_work, pause in self._members]
        try:
            return [self._await(receiver) for _, receiver in started]
        finally:
            for process, _ in started:
                process.terminate()
                process.join()

    def _start(self, barrier: Barrier, make_work: Callable[[], Any], pause: float) -> tuple[Any, Connection]:
        receiver, sender = FORK.Pipe(duplex=False)
        process = FORK.Process(
            target=_work, args=(sender, barrier, make_work, self.seconds, pause), daemon=True
        )
        process.start()
        sender.close()
        return process, receiver

    def _await(self, receiver: Connection) -> tuple[Burst, list[Any]]:
        try:
            if not receiver.poll(self.seconds + self.patience):
                raise CouldNotMeasure("a process did not finish")
            answer = receiver.recv()
        except EOFError:
            raise CouldNotMeasure("a process ended early") from None
        if isinstance(answer, str):
            raise CouldNotMeasure(f"a process failed: {answer}")
        burst, results = answer
        return burst, results


def add_up(bursts: list[Burst]) -> Burst:
    """Return what several processes did side by side."""
    return Burst(
        operations=sum(burst.operations for burst in bursts),
        seconds=max(burst.seconds for burst in bursts),
        cpu=sum(burst.cpu for burst in bursts),
    )


def run_together(
    make_work: Callable[[], Callable[[], int]], *, count: int, seconds: float, patience: float = PATIENCE
) -> Burst:
    """Let so many processes repeat a work that returns how many it has done, and add up.

    Raises CouldNotMeasure when a process fails, after a deadlock too.
    """
    crew = Crew(seconds, patience=patience)
    crew.add(make_work, count=count)
    answers = crew.run()
    together = add_up([burst for burst, _ in answers])
    return replace(together, operations=sum(sum(results) for _, results in answers))


def _work(
    sender: Connection, barrier: Barrier, make_work: Callable[[], Any], seconds: float, pause: float
) -> None:
    try:
        work = make_work()
        backend = own_backend()
        barrier.wait(PATIENCE)
        start, cpu = time.perf_counter(), time.process_time() + read_cpu([backend])
        results: list[Any] = []
        while not results or time.perf_counter() - start < seconds:
            results.append(work())
            took = time.perf_counter() - start
            if pause:
                time.sleep(min(pause, max(0.0, seconds - took)))
        cpu = time.process_time() + read_cpu([backend]) - cpu
        sender.send((Burst(len(results), took, cpu), [result for result in results if result is not None]))
    except BaseException as exc:
        sender.send(f"{type(exc).__name__}: {exc}")
    finally:
        connections.close_all()
