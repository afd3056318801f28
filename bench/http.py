"""POST and GET over HTTP against a bare view on the same server, and a crowd that keeps its connections."""

import base64
import json
import os
from functools import partial
from statistics import median
from typing import Protocol

from access.api_keys import issue_api_key
from bench.charges import copy_charges
from bench.crowd import hold_crowd
from bench.harness import Options, Row, compare, format_rate, say, weigh
from bench.load import Load, Request, Server, serving
from bench.rows import filling
from bench.tenants import make_tenant
from charges.models import Charge
from core.billy_guids import CUSTOMER, write_guid
from operations.factories import ApplicationFactory, ChargeFactory, CustomerFactory

PATH = "/v2/direct_charge/livechat"
BARE = "/v0/bench/direct_charge"
BILLY = "/v1/customers"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TYPE = {"Content-Type": "application/json"}
BODY = json.dumps(
    {
        "name": "Extension",
        "price": 100,
        "quantity": 2,
        "return_url": "https://seller.example/back",
        "test": False,
    }
).encode()
FILLED = 20_000
READ = 100  # Different charges that are read in turn.


class Sender(Protocol):
    """Sends requests and measures."""

    def __call__(self, *, count: int) -> Load:
        """Return what `count` requests cost."""


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    tenant = make_tenant(ApplicationFactory.create(), "buyer")
    with filling("charges_charge"):  # A table with statistics, not the very first rows.
        copy_charges([ChargeFactory.create(caller=tenant.caller)], FILLED)
    ids = list(Charge.objects.order_by("-pk").values_list("public_id", flat=True)[:READ])
    token = {"Authorization": f"Bearer {tenant.token}"}
    read = [Request("GET", f"{PATH}/{charge}", token) for charge in ids]
    make = [Request("POST", PATH, TYPE | token, BODY, status=201)]
    read_bare = [Request("GET", f"{BARE}/{charge}", {}) for charge in ids]
    make_bare = [Request("POST", BARE, TYPE, BODY, status=201)]
    cores = max(2, os.cpu_count() or 2)
    say(f"  {cores} workers on a loopback port")
    with serving(cores) as server:
        send = partial(partial, server.load)
        return [
            *compare_views(send(make), send(make_bare), "POST a charge", options, at_most=1.25),
            *compare_views(send(read), send(read_bare), "GET a charge", options, at_most=1.15),
            *compare_billy(server, send(make_bare), send(read_bare), options),
            *compare_with_nothing(server, options),
            *hold_crowd(server, "HTTP GET a charge", read, seconds=options.pick(30, 5)),
        ]


def compare_billy(server: Server, make_bare: Sender, read_bare: Sender, options: Options) -> list[Row]:
    """Make and read a customer in Billy's way, beside the same bare view of charges."""
    customer = CustomerFactory.create()
    key = base64.b64encode(f"{issue_api_key(customer.merchant)}:".encode()).decode()
    headers = {"Authorization": f"Basic {key}"}
    make = Request("POST", BILLY, headers | FORM, b"external_id=1")
    read = Request("GET", f"{BILLY}/{write_guid(CUSTOMER, customer.public_id)}", headers)
    return [
        *compare_views(partial(server.load, [make]), make_bare, "POST a customer of Billy's", options),
        *compare_views(partial(server.load, [read]), read_bare, "GET a customer of Billy's", options),
    ]


def compare_views(
    ours: Sender, bare: Sender, job: str, options: Options, *, at_most: float | None = None
) -> list[Row]:
    """Send both kinds of requests in turn."""
    ours_said, bare_said = interleave_loads(ours, bare, options)
    rates = [[load.per_second for load in loads] for loads in (ours_said, bare_said)]
    return [
        Row(
            f"HTTP {job}, CPU",
            describe(ours_said),
            describe(bare_said),
            compare([load.cpu_ms for load in ours_said], [load.cpu_ms for load in bare_said]),
            at_most,
        ),
        weigh(f"HTTP {job}, a second", *rates, tell=format_rate),
    ]


def compare_with_nothing(server: Server, options: Options) -> list[Row]:
    """Tell what is in all of these figures: gunicorn, middleware and framework."""
    loads = [
        server.load([Request("GET", "/v0/bench/nothing", {})], count=options.pick(400, 150)) for _ in range(3)
    ]
    return [Row("HTTP GET of a view that does nothing, CPU", "", describe(loads))]


def interleave_loads(ours: Sender, bare: Sender, options: Options) -> tuple[list[Load], list[Load]]:
    """Warm both up, then send to each in turn."""
    count = options.pick(400, 150)
    for send in (ours, bare):
        send(count=50)
    pairs = [(ours(count=count), bare(count=count)) for _ in range(options.pick(9, 4))]
    return [first for first, _ in pairs], [second for _, second in pairs]


def describe(loads: list[Load]) -> str:
    """Return the median CPU of a request and how it divides."""
    web, database = (
        median(values) for values in zip(*((x.web_ms, x.database_ms) for x in loads), strict=True)
    )
    return f"{median(x.cpu_ms for x in loads):.2f} ms ({web:.2f} web + {database:.2f} PostgreSQL)"
