"""A server as `make run` starts it, on a loopback port, and requests to it from a few processes."""

import http.client
import itertools
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import find_descendants, find_other_backends, read_cpu
from bench.harness import CouldNotMeasure
from bench.writers import FORK
from runner import programs
from runner.supervisor import Supervisor

HOST = "127.0.0.1"
PATIENCE = 60.0
CLIENTS = 2


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends, and the status it expects."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of requests cost: CPU of web server and PostgreSQL in ms each, and how many a second."""

    web_ms: float
    database_ms: float
    per_second: float

    @property
    def cpu_ms(self) -> float:
        """CPU of both for one request."""
        return self.web_ms + self.database_ms


class Server:
    """The web server under test."""

    def __init__(self, port: int, supervisor: Supervisor) -> None:
        self.port = port
        self._supervisor = supervisor

    def send(self, request: Request) -> bytes:
        """Send one request and return the body. Raises CouldNotMeasure for another status, OSError."""
        client = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            client.request(request.method, request.path, request.body or None, request.headers)
            response = client.getresponse()
            body = response.read()
        finally:
            client.close()
        if response.status != request.status:
            raise CouldNotMeasure(
                f"{request.method} {request.path} answered {response.status}: {body[:300]!r}"
            )
        return body

    def load(self, requests: list[Request], *, count: int) -> Load:
        """Send `count` requests, these in turn, and measure. Raises CouldNotMeasure."""
        if not self._supervisor.wait(until=lambda: True):
            raise KeyboardInterrupt
        web, database = find_descendants(os.getpid(), command="gunicorn"), find_other_backends()
        before, start = (read_cpu(web), read_cpu(database)), time.perf_counter()
        self._send_from_processes(requests, count // CLIENTS)
        took = time.perf_counter() - start
        each = 1000 / count
        return Load((read_cpu(web) - before[0]) * each, (read_cpu(database) - before[1]) * each, count / took)

    def _send_from_processes(self, requests: list[Request], count: int) -> None:
        clients = [FORK.Process(target=self._send_many, args=(requests, count)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        if any(client.exitcode for client in clients):
            raise CouldNotMeasure("requests failed")

    def _send_many(self, requests: list[Request], count: int) -> None:
        for request in itertools.islice(itertools.cycle(requests), count):
            self.send(request)


@contextmanager
def serving(workers: int) -> Iterator[Server]:
    """Run gunicorn with this many workers for a block. Raises CouldNotMeasure when it does not answer."""
    port = find_free_port()
    with Path(os.devnull).open("w") as nowhere, Supervisor(nowhere) as supervisor:
        environment = programs.environment() | {"LOG_LEVEL": "INFO"}
        supervisor.start("web", programs.web(HOST, port, workers=workers), env=environment)
        server = Server(port, supervisor)
        supervisor.wait(until=patiently(port))
        yield server


def patiently(port: int) -> Callable[[], bool]:
    """Return a condition: the port answers. It raises CouldNotMeasure after a while."""
    deadline = time.monotonic() + PATIENCE

    def answers() -> bool:
        if time.monotonic() > deadline:
            raise CouldNotMeasure("the web server does not answer")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            return False
        return True

    return answers


def find_free_port() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
