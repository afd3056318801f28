"""Webhooks to a receiver that takes 50 ms: by one worker and two, and by one `requests.post` in a loop."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import cycle
from unittest.mock import patch
from uuid import uuid4

import requests
from django.db import transaction

from bench.harness import CouldNotMeasure, Options, Row, say
from bench.receiver import receiving
from bench.renewal import weigh_cpu, weigh_rates
from bench.rows import fetch_one
from bench.writers import Burst, run_together
from billing_site.celery import set_apart_what_is_loaded
from core import clock
from customers.models import Application
from events.types import EventType, ObjectType
from events.writer import NewEvent, write_events, write_snapshot
from operations.factories import ApplicationFactory
from webhooks.deliver import deliver_due
from webhooks.endpoints import create_endpoint
from webhooks.fan_out import fan_out_events

SELLERS = 100  # An application with an endpoint each: one endpoint has two requests under way at most.
SIZE_OF_A_BODY = 400  # Bytes; about that of an event of a charge.
PLENTY = 600  # More than a worker can send in a second.
ONCE = 0.0  # Seconds for which a crew repeats what it does.
FIND_WRONG = """
SELECT count(*) FROM webhooks_delivery delivery WHERE failures > 0 OR delivered_at IS NOT NULL AND
    (SELECT count(*) FROM webhooks_sending WHERE delivery_id = delivery.id) <> 1
"""


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    set_apart_what_is_loaded()  # As every worker does.
    with receiving() as url:
        apps = make_endpoints(url)
        rows = [*compare_fanning_out(apps, options), *compare_sending(apps, url, options)]
    [wrong] = fetch_one(FIND_WRONG)
    job = f"wrong among all {count_deliveries():,} deliveries: failed, sent twice, not written down"
    return [*rows, Row(job, f"{wrong:,}", "0", wrong, 0)]


def make_endpoints(url: str) -> list[Application]:
    """Make applications with an endpoint each."""
    apps = [ApplicationFactory.create() for _ in range(SELLERS)]
    for app in apps:
        create_endpoint(application_id=app.pk, url=url)
    return apps


def compare_fanning_out(apps: list[Application], options: Options) -> list[Row]:
    """Make deliveries of events that are there, by two workers and one."""
    say("  making deliveries of events")
    count = options.pick(30_000, 5_000)
    found = take_turns(
        {n: partial(fan_out, count, apps=apps, workers=n) for n in (2, 1)}, rounds=options.pick(4, 2)
    )
    job = "events made into deliveries, a second, two workers against one"
    return [weigh_rates(job, found[2], found[1])]


def compare_sending(apps: list[Application], url: str, options: Options) -> list[Row]:
    """Send deliveries that are there, by two workers and one, and post to the same receiver in a loop."""
    say("  sending deliveries")
    seconds = options.pick(5, 2)
    ways: dict[int, Callable[[], Burst]] = {
        n: partial(send_for, seconds, apps=apps, workers=n) for n in (2, 1)
    }
    ways[0] = partial(run_together, lambda: partial(post_plainly, url), count=1, seconds=seconds)
    found = take_turns(ways, rounds=options.pick(4, 2))
    two, one, loop = found[2], found[1], found[0]
    job, against = "deliveries a second to a receiver of 50 ms", "against one requests.post in a loop"
    return [
        weigh_rates(f"{job}, one worker {against}", one, loop),
        weigh_rates(f"{job}, two workers {against}", two, loop),
        weigh_rates(f"{job}, two workers against one", two, one),
        weigh_cpu(f"CPU of a delivery, one worker {against}", one, loop),
    ]


def take_turns(ways: Mapping[int, Callable[[], Burst]], *, rounds: int) -> dict[int, list[Burst]]:
    """Run every way once a round, there and back, after a round that does not count."""
    found: dict[int, list[Burst]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, measure in sorted(ways.items(), reverse=number % 2 == 1):
            burst = measure()
            if number:
                found[name].append(burst)
    return found


def fan_out(count: int, *, apps: list[Application], workers: int) -> Burst:
    """Let so many workers make deliveries of new events until each has its own."""
    tell(apps, count)
    before = count_deliveries()
    burst = run_together(lambda: make_deliveries, count=workers, seconds=ONCE)
    if (made := count_deliveries() - before) != count:
        raise CouldNotMeasure(f"of {count:,} events {made:,} became deliveries")
    return replace(burst, operations=count)


def send_for(seconds: float, *, apps: list[Application], workers: int) -> Burst:
    """Let so many workers send for a while; what they leave, the next ones find."""
    missing = PLENTY * workers * round(seconds) - count_deliveries("due_at IS NOT NULL")
    tell(apps, max(0, missing))
    make_deliveries()
    with patch("webhooks.deliver.RUNS_FOR", seconds):
        burst = run_together(lambda: deliver_due, count=workers, seconds=ONCE)
    if not count_deliveries("due_at IS NOT NULL"):
        raise CouldNotMeasure("nothing was left to send")
    return burst


def make_deliveries() -> int:
    """Make deliveries of all new events; what another process is at is looked for again."""
    while fan_out_events():
        pass
    return 0


def post_plainly(url: str) -> int:
    """Send a body of the same size to the same receiver as one does without this server."""
    requests.post(url, data=b"x" * SIZE_OF_A_BODY, timeout=15).raise_for_status()
    return 1


def tell(apps: list[Application], count: int) -> None:
    """Write the first event of so many charges, in equal parts of all applications."""
    now, snapshot = clock.now(), write_snapshot({"status": "success", "amount": 1900, "currency": "USD"})
    with transaction.atomic():
        write_events(
            [
                NewEvent(
                    type=EventType.CHARGE_SUCCEEDED,
                    object_type=ObjectType.CHARGE,
                    object_id=uuid4(),
                    sequence=1,
                    application_id=app.pk,
                    organization_id=app.organization_id,
                    buyer_id=None,
                    livemode=True,
                    occurred_at=now,
                    snapshot=snapshot,
                )
                for app, _ in zip(cycle(apps), range(count), strict=False)
            ]
        )


def count_deliveries(condition: str = "true") -> int:
    """Return how many there are."""
    [count] = fetch_one(f"SELECT count(*) FROM webhooks_delivery WHERE {condition}")
    return int(count)
