"""Clients that keep their connections and ask without a pause, and how long each answer took."""

import http.client
import itertools
import threading
import time
from dataclasses import dataclass, field
from statistics import quantiles

from bench.harness import CouldNotMeasure, Row
from bench.load import HOST, PATIENCE, Request, Server
from bench.writers import FORK

CLIENTS = 64
PROCESSES = 2


@dataclass
class Said:
    """How long answers took (ms), and what went wrong."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def hold_crowd(server: Server, job: str, requests: list[Request], *, seconds: float) -> list[Row]:
    """Let 64 clients send these in turn for a while; return the rate, the slow answers and the errors."""
    said = ask_from_processes(server.port, requests, seconds)
    if len(said.took) < 100:
        raise CouldNotMeasure(f"nothing was answered: {said.errors[:3]}")
    hundredths = quantiles(said.took, n=100)
    who = f"{job}, {CLIENTS} clients that keep their connections, {seconds:g} s"
    times = f"p50 {hundredths[49]:.0f} ms, p99 {hundredths[98]:.0f} ms, longest {max(said.took):.0f} ms"
    wrong = len(said.errors)
    return [
        Row(who, f"{len(said.took) / seconds:,.0f}/s, {times}", ""),
        Row(f"{job}, errors of these", f"{wrong} of {len(said.took) + wrong}", "0", wrong, 0),
    ]


def ask_from_processes(port: int, requests: list[Request], seconds: float) -> Said:
    """Let 64 clients send these requests in turn for so many seconds."""
    receivers, processes = [], []
    for _ in range(PROCESSES):
        receiver, sender = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_ask_in_threads, args=(sender, port, requests, seconds))
        process.start()
        sender.close()
        receivers.append(receiver)
        processes.append(process)
    answers = [receiver.recv() for receiver in receivers]
    for process in processes:
        process.join()
    return Said(
        [took for each in answers for took in each.took],
        [error for each in answers for error in each.errors],
    )


def _ask_in_threads(sender, port: int, requests: list[Request], seconds: float) -> None:  # type: ignore[no-untyped-def]
    said, deadline = Said(), time.monotonic() + seconds
    clients = [
        threading.Thread(target=_ask, args=(said, port, requests, deadline))
        for _ in range(CLIENTS // PROCESSES)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    sender.send(said)


def _ask(said: Said, port: int, requests: list[Request], deadline: float) -> None:
    """Ask until the deadline by one connection; http.client opens another when the server has closed it."""
    client = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    for request in itertools.cycle(requests):
        if (began := time.monotonic()) > deadline:
            break
        try:
            client.request(request.method, request.path, request.body or None, request.headers)
            response = client.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            said.errors.append(f"{type(error).__name__}: {error}")
            client.close()
            continue
        if response.status == request.status:
            said.took.append((time.monotonic() - began) * 1000)
        else:
            said.errors.append(f"{response.status}")
    client.close()
