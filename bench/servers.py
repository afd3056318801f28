"""Our web server against gunicorn's own workers and granian, in front of the same application.

This program runs only when it is named: granian comes from PyPI (`bench/web_servers.py`).
"""

import http.client
import itertools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from statistics import quantiles
from typing import TypeVar

from bench.charges import copy_charges
from bench.cpu import find_other_backends, read_cpu
from bench.crowd import CLIENTS, Said, ask_from_processes
from bench.harness import (
    CouldNotMeasure,
    Options,
    Rounds,
    Row,
    format_ms,
    format_rate,
    interleave,
    say,
    weigh,
)
from bench.load import HOST, PATIENCE, Request
from bench.rows import filling
from bench.slow_clients import (
    ATTACKS,
    GET,
    HALF_BODY,
    HALF_HEAD,
    POST,
    ask_beside,
    send_large,
    stop_during_request,
    time_trickle,
)
from bench.start import read_memory
from bench.tenants import make_tenant
from bench.web_servers import OURS, SERVERS, WebServer, install_granian, running
from bench.writers import FORK
from charges.models import Charge
from operations.factories import ApplicationFactory, ChargeFactory

T = TypeVar("T")
Servers = Mapping[str, WebServer]
SENDERS = 2
FILLED, READ = 20_000, 100
NOTHING = Request("GET", "/v0/bench/nothing", {})
COUNTED = re.compile(rb"^django_http_requests_before_middlewares_total (\S+)", re.MULTILINE)


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    install_granian()
    charges = make_charges()
    with ExitStack() as stack:
        servers = {name: stack.enter_context(running(name)) for name in SERVERS}
        rows = [
            *compare_costs(servers, charges, options),
            *compare_crowds(servers, charges, options),
            *compare_attacks(servers, options),
            *compare_limits(servers),
            *tell("memory of all its processes (PSS)", servers, tell_memory),
            *tell("GETs that /metrics counts of 100", servers, count_metrics),
        ]
    for halves in (0, 40):
        job = f"stops during a request of 2 s beside {halves} half bodies"
        rows += tell(job, {name: name for name in SERVERS}, partial(stop_one, halves))
    return rows


def make_charges() -> list[Request]:
    """Fill the table of charges and return what reads some of them in turn."""
    tenant = make_tenant(ApplicationFactory.create(), "buyer")
    with filling("charges_charge"):
        copy_charges([ChargeFactory.create(caller=tenant.caller)], FILLED)
    ids = Charge.objects.order_by("-pk").values_list("public_id", flat=True)[:READ]
    token = {"Authorization": f"Bearer {tenant.token}"}
    return [Request("GET", f"/v2/direct_charge/livechat/{each}", token) for each in ids]


def compare_costs(servers: Servers, charges: list[Request], options: Options) -> list[Row]:
    """Compare CPU of a request, of the web server and PostgreSQL, in ms."""
    rows = []
    for job, requests in {"GET a charge": charges, "GET of a view that does nothing": [NOTHING]}.items():
        for is_kept, how in ((True, "kept connections"), (False, "a connection each")):
            say(f"  {job}, {how}")
            measure = {
                name: partial(measure_cpu, server, requests, options.pick(300, 150), is_kept=is_kept)
                for name, server in servers.items()
            }
            found = interleave(measure, rounds=options.pick(5, 3))
            rows += weigh_each(f"{job}, {how}, CPU", found)
    return rows


def measure_cpu(server: WebServer, requests: list[Request], count: int, *, is_kept: bool) -> float:
    """Send `count` requests and return the ms of CPU of one. Raises CouldNotMeasure."""
    pids = server.pids + find_other_backends()
    before = read_cpu(pids)
    arguments = (server.port, requests, count // SENDERS, is_kept)
    senders = [FORK.Process(target=send_many, args=arguments) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if any(sender.exitcode for sender in senders):
        raise CouldNotMeasure(f"{server.name}: requests failed")
    return (read_cpu(pids) - before) * 1000 / count


def send_many(port: int, requests: list[Request], count: int, is_kept: bool) -> None:
    """Send requests in turn by one connection, or one each. Raises CouldNotMeasure, OSError."""
    client = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    for request in itertools.islice(itertools.cycle(requests), count):
        client.request(request.method, request.path, None, request.headers)
        response = client.getresponse()
        response.read()
        if response.status != request.status:
            raise CouldNotMeasure(f"{request.path} answered {response.status}")
        if not is_kept:
            client.close()
    client.close()


def compare_crowds(servers: Servers, charges: list[Request], options: Options) -> list[Row]:
    """Let 64 clients read charges without a pause, at each server in turn."""
    said: dict[str, list[Said]] = {name: [] for name in servers}
    seconds = options.pick(6, 3)
    for number in range(options.pick(4, 2)):
        say(f"  {CLIENTS} clients, round {number + 1}")
        for name, server in servers.items():
            said[name].append(ask_from_processes(server.port, charges, seconds))
    job = f"GET a charge, {CLIENTS} clients that keep their connections"
    rates = {name: [len(each.took) / seconds for each in rounds] for name, rounds in said.items()}
    rows = weigh_each(f"{job}, a second", rates, tell_values=format_rate)
    for place in (50, 99):
        times = {
            name: [quantiles(each.took, n=100)[place - 1] for each in rounds] for name, rounds in said.items()
        }
        rows += weigh_each(f"{job}, p{place}", times)
    return rows + tell(f"{job}, errors", said, count_errors)


def count_errors(rounds: list[Said]) -> str:
    """Return how many requests of all rounds went wrong."""
    wrong = [error for each in rounds for error in each.errors]
    return f"{len(wrong)} of {sum(len(each.took) for each in rounds) + len(wrong)}"


def compare_attacks(servers: Servers, options: Options) -> list[Row]:
    """Compare the answers of a polite client beside slow ones: the 95th percentile, median of the rounds."""
    found: dict[str, Rounds] = {attack.name: {name: [] for name in servers} for attack in ATTACKS}
    for number in range(options.pick(2, 1)):
        for attack in ATTACKS:
            say(f"  beside {attack.name}, round {number + 1}")
            for name, server in servers.items():
                slowest = ask_beside(server, attack, seconds=options.pick(5, 3))
                found[attack.name][name].append(slowest)
    rows = []
    for attack in ATTACKS:
        rows += weigh_each(f"an answer beside {attack.name}, 95th percentile", found[attack.name])
    return rows


def compare_limits(servers: Servers) -> list[Row]:
    """Tell what becomes of requests that are too long or too slow."""
    say("  limits")
    head = GET % b"nothing" + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n"
    body = POST + b"Content-Length: 1000000000\r\n\r\n" + b" " * 100_000
    return [
        *tell("a header of 200 kB", servers, partial(send_large, sent=head)),
        *tell("a body of 1 GB announced", servers, partial(send_large, sent=body)),
        *tell("a head at a byte a second, until it is ended", servers, partial(tell_time, HALF_HEAD)),
        *tell("a body at a byte a second, until it is ended", servers, partial(tell_time, HALF_BODY)),
    ]


def tell_time(begun: bytes, server: WebServer) -> str:
    """Return the seconds of a slow request."""
    return f"{time_trickle(server, begun):.0f} s"


def tell_memory(server: WebServer) -> str:
    """Return what all processes of a server hold, shared pages counted once, in MB."""
    return f"{read_memory(server.pids)[1]:.0f} MB"


def count_metrics(server: WebServer) -> str:
    """Return how many of 100 requests the metrics of all processes count, asked at any of them."""
    before = read_count(server.port)
    send_many(server.port, [NOTHING], 100, is_kept=False)
    return f"{read_count(server.port) - before - 1:.0f}"


def read_count(port: int) -> float:
    """Return how many requests all processes of a server have had. Raises CouldNotMeasure."""
    client = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    client.request("GET", "/metrics")
    found = COUNTED.search(client.getresponse().read())
    client.close()
    if not found:
        raise CouldNotMeasure("/metrics has no count of requests")
    return float(found[1])


def stop_one(half_bodies: int, name: str) -> str:
    """Start a server of its own and stop it during a request."""
    say(f"  stopping {name}")
    with running(name) as server:
        time.sleep(3)  # It listens before all of its processes work.
        return stop_during_request(server, half_bodies=half_bodies)


def weigh_each(
    job: str, found: Rounds, *, tell_values: Callable[[Sequence[float]], str] = format_ms
) -> list[Row]:
    """Return a row for each other server; the ratio is ours to its."""
    others = {name: theirs for name, theirs in found.items() if name != OURS}
    return [
        weigh(f"{job}, against {name}", found[OURS], theirs, tell=tell_values)
        for name, theirs in others.items()
    ]


def tell(job: str, subjects: Mapping[str, T], find: Callable[[T], str]) -> list[Row]:
    """Find something out about all at once; return a row for each other server."""
    with ThreadPoolExecutor(len(subjects)) as pool:
        found = dict(zip(subjects, pool.map(find, subjects.values()), strict=True))
    ours = found.pop(OURS)
    return [Row(f"{job}, against {name}", ours, theirs) for name, theirs in found.items()]
