"""Answers to a polite client while others use up what they can: anonymous log-ins, slow cards, silence."""

import base64
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from threading import Event, Thread

from access.service_users import create_service_user
from bench.harness import CouldNotMeasure, Options, Row, format_ms, say
from bench.load import HOST, Request, Server, serving
from bench.tenants import make_tenant
from operations.factories import ApplicationFactory, MerchantFactory

LIMIT_MS = 300.0
GUESSERS, PAYERS, SILENT, HALF_SENT = 8, 10, 2, 200
JSON = {"Content-Type": "application/json"}
SLOW_CARD = {"accountNumber": "4000000000000127", "accountAccessory": "1240", "amount": "100"}
PASSWORD = "a-password-of-the-benchmark"


def run(options: Options) -> list[Row]:
    """Return a row for each attack: the 95th percentile of the client's answers, in ms."""
    tenant = make_tenant(ApplicationFactory.create(), "polite")
    create_service_user(username="api-bench", password=PASSWORD, merchants=[MerchantFactory.create()])
    polite = [
        Request("GET", "/healthz", {}),
        Request("GET", "/login/", {}),
        Request("GET", "/v2/direct_charge/livechat", {"Authorization": f"Bearer {tenant.token}"}),
    ]
    os.environ["TRUSTED_PROXIES"] = "1"  # Believed by the server, so that each guess has its own address.
    with serving(max(2, os.cpu_count() or 2)) as server:
        customer = make_customer(server)
        attacks = {
            "nobody else": [],
            f"{GUESSERS} anonymous UniBill log-ins at a time": [lambda n: guess(server, n)] * GUESSERS,
            f"{PAYERS} payments with slow cards at a time": [lambda n: pay(server, customer)] * PAYERS,
            f"{SILENT} silent connections": [lambda n: be_silent(server)] * SILENT,
            f"{HALF_SENT} silent connections": [lambda n: be_silent(server)] * HALF_SENT,
        }
        return [besiege(server, polite, name, works, options) for name, works in attacks.items()]


def besiege(
    server: Server, polite: list[Request], name: str, works: list[Callable[[int], None]], options: Options
) -> Row:
    """Measure the polite client beside an attack."""
    say(f"  {name}")
    took = []
    with attacking(works):
        time.sleep(1)
        deadline = time.monotonic() + options.pick(10, 4)
        while time.monotonic() < deadline:
            for request in polite:
                start = time.perf_counter()
                server.send(request)
                took.append((time.perf_counter() - start) * 1000)
            time.sleep(0.05)
    slowest = quantiles(took, n=20)[-1]
    return Row(
        f"an answer beside {name}, 95th percentile against 300 ms",
        f"{slowest:.0f} ms (median {format_ms(took)})",
        f"{LIMIT_MS:.0f} ms",
        slowest / LIMIT_MS,
        1.0,
    )


@contextmanager
def attacking(works: list[Callable[[int], None]]) -> Iterator[None]:
    """Repeat each work in a thread of its own while the block runs."""
    stop = Event()

    def repeat(work: Callable[[int], None], number: int) -> None:
        while not stop.is_set():
            try:
                work(number)
            except (OSError, CouldNotMeasure):
                stop.wait(0.2)
            number += len(works)

    threads = [Thread(target=repeat, args=(work, place)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def guess(server: Server, number: int) -> None:
    """Log in with a name that nobody has, from an address that has not tried before."""
    address = {"X-Forwarded-For": f"203.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"}
    server.send(Request("GET", "/api/v01/plans", log_in(f"api-{number}", "wrong") | address, status=401))


def pay(server: Server, customer: str) -> None:
    """Pay with a card for which the processor takes three seconds."""
    path = f"/api/v01/customers/{customer}/transactions/~process"
    server.send(Request("POST", path, log_in("api-bench", PASSWORD) | JSON, json.dumps(SLOW_CARD).encode()))


def be_silent(server: Server) -> None:
    """Connect and say nothing for two seconds."""
    with socket.create_connection((HOST, server.port), timeout=5):
        time.sleep(2)


def make_customer(server: Server) -> str:
    """Make a customer who pays and return its id."""
    body = json.dumps({"firstName": "Ann", "lastName": "Smith"}).encode()
    answer = server.send(Request("PUT", "/api/v01/customers", log_in("api-bench", PASSWORD) | JSON, body))
    return str(json.loads(answer)["id"])


def log_in(username: str, password: str) -> dict[str, str]:
    """Return the header of HTTP Basic."""
    credentials = base64.b64encode(f"{username}:{password}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}
