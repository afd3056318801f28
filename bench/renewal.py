"""Renewals: ours against a naive ORM loop and one statement, by one worker and two, and with a gateway."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from django.test.utils import override_settings

from bench.gateway import answering_at_once
from bench.harness import CouldNotMeasure, Options, Row, format_rate, interleave, say, time_each, weigh
from bench.naive import renew_one_by_one, settle_one_by_one
from bench.postgres import fresh_database, in_database
from bench.renewing import (
    Work,
    renew_all,
    renew_batch,
    run_in_turn,
    run_workers,
    take_cost,
    take_cost_of_settling,
)
from bench.statement import renew_by_statement, renew_in_two_steps
from bench.subscribers import BEFORE_ALL, fill_past_period, fill_subscriptions, find_instant, find_wrong
from bench.without_events import with_events, without_events
from bench.writers import Burst
from billing_site.celery import set_apart_what_is_loaded
from charges.collection.settle import settle_outcomes
from core import clock
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import BATCH, renew_due

SMALL, LARGE = "bench_renewal", "bench_renewal_large"
PER_SECOND = 5_000  # A million in 200 seconds.
PLENTY = 40_000  # More than workers can renew in the seconds that they have.


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    set_apart_what_is_loaded()  # As every worker does.
    small, large = options.pick(100_000, 20_000), options.pick(1_000_000, 100_000)
    say(f"  filling {small:,} subscriptions")
    fill_subscriptions(small)
    rows = []
    with fresh_database(LARGE):
        say(f"  filling {large:,} subscriptions")
        fill_subscriptions(large - small)
        rows += compare_polls(small, large)
        if options.large:
            rows += renew(large, options)
    return [*renew(small, options), *rows]


def renew(size: int, options: Options) -> list[Row]:
    """Measure everything in the database at hand."""
    say(f"  filling a past period of {size:,} subscriptions")
    fill_past_period(size)
    rows = [
        time_all(size),
        *compare_ways(f"renewal at {size:,}", options),
        *compare_settling(f"answers at {size:,}", options),
        compare_with_events(f"renewal at {size:,}", options),
        *compare_workers(f"renewal at {size:,}", options),
        *compare_with_gateway(f"renewal at {size:,}", options),
    ]
    say("  checking the books")
    wrong, charges = find_wrong()
    job = f"wrong among all {charges:,} charges of {size:,} subscriptions: paid twice, unbalanced, missing"
    return [*rows, Row(job, f"{wrong:,}", "0", wrong, 0)]


def time_all(size: int) -> Row:
    """Renew each subscription once, end to end, by two workers and a gateway that answers at once."""
    say(f"  renewing all {size:,}")
    with clock.travel_to(find_instant(size)), answering_at_once():
        found = renew_all(workers=2)
    if found.operations != size:
        raise CouldNotMeasure(f"{found.operations:,} of {size:,} were due once")
    limit = size / PER_SECOND
    return Row(
        f"all {size:,} subscriptions renewed, end to end, two workers",
        f"{found.seconds:,.1f} s, {format_rate([found.per_second])}",
        f"{limit:g} s",
        found.seconds / limit,
        at_most=1,
    )


def compare_polls(small: int, large: int) -> list[Row]:
    """Look for work in both databases in turn, with nothing due."""
    say("  polling")

    def poll() -> None:
        if claim_renewals(until=BEFORE_ALL, limit=BATCH).periods:
            raise CouldNotMeasure("something is due")

    def time_polls(database: str) -> float:
        with in_database(database):
            time_each(poll, times=5)
            return time_each(poll, times=50)

    found = interleave({name: partial(time_polls, name) for name in (LARGE, SMALL)}, rounds=10)
    job = f"poll with nothing due, {large:,} subscriptions against"
    one_ms = [1.0] * len(found[LARGE])
    return [
        weigh(f"{job} {small:,}", found[LARGE], found[SMALL], at_most=2),
        weigh(f"{job} one millisecond", found[LARGE], one_ms, at_most=1),
    ]


def compare_ways(job: str, options: Options) -> list[Row]:
    """Compare ours with one statement, with one for each of two transactions, and with the naive loop."""
    say("  renewing")
    batches, singles = options.pick(4, 2), options.pick(100, 50)

    def repeat(renew: Work) -> Callable[[], Burst]:
        return partial(take_cost, lambda: sum(renew() for _ in range(batches)))

    found = run_in_turn(
        {
            "ours": repeat(renew_batch),
            "statement": repeat(lambda: renew_by_statement(until=clock.now(), limit=BATCH)),
            "two": repeat(lambda: renew_in_two_steps(until=clock.now(), limit=BATCH)),
            "naive": partial(take_cost, lambda: renew_one_by_one(until=clock.now(), limit=singles)),
        },
        rounds=options.pick(9, 3),
        due=batches * BATCH,
    )
    ours, statement, two, naive = (found[way] for way in ("ours", "statement", "two", "naive"))
    return [
        weigh_rates(f"{job}, a second, against a naive ORM loop", ours, naive, at_least=60),
        weigh_cpu(f"{job}, CPU, against a naive ORM loop", ours, naive),
        weigh_rates(f"{job}, a second, against one SQL statement", ours, statement, at_least=0.75),
        weigh_cpu(f"{job}, CPU, against one SQL statement", ours, statement),
        weigh_rates(f"{job}, a second, against two SQL statements, intent and outcome", ours, two),
        weigh_cpu(f"{job}, CPU, against two SQL statements, intent and outcome", ours, two),
    ]


def compare_settling(job: str, options: Options) -> list[Row]:
    """Compare applying answers in a batch with a transaction for each."""
    say("  settling")
    found = run_in_turn(
        {
            "ours": partial(take_cost_of_settling, settle_outcomes, count=BATCH),
            "naive": partial(take_cost_of_settling, settle_one_by_one, count=options.pick(100, 50)),
        },
        rounds=options.pick(9, 3),
        due=BATCH,
    )
    against = "against an ORM transaction each"
    return [
        weigh_rates(f"{job} applied, a second, {against}", found["ours"], found["naive"], at_least=50),
        weigh_cpu(f"{job} applied, CPU, {against}", found["ours"], found["naive"]),
    ]


def compare_with_events(job: str, options: Options) -> Row:
    """Compare the CPU of renewals that write their events with that of renewals that write none."""
    say("  with events and without")
    batches = options.pick(4, 2)

    def renew_within(events: Callable[[], AbstractContextManager[None]]) -> Burst:
        with events():
            return take_cost(lambda: sum(renew_batch() for _ in range(batches)))

    found = run_in_turn(
        {"on": partial(renew_within, with_events), "off": partial(renew_within, without_events)},
        rounds=options.pick(15, 5),
        due=batches * BATCH,
    )
    return weigh_cpu(f"{job}, CPU, events on against off", found["on"], found["off"], at_most=1.08)


def compare_workers(job: str, options: Options) -> list[Row]:
    """Compare two workers with one; a deadlock makes this fail."""
    say("  two workers")
    seconds = options.pick(3, 1)
    found = run_in_turn(
        {count: partial(run_workers, int(count), renew_batch, seconds=seconds) for count in ("2", "1")},
        rounds=options.pick(4, 2),
        due=options.pick(PLENTY, PLENTY // 4),
    )
    return [weigh_rates(f"{job}, a second, two workers against one", found["2"], found["1"], at_least=1.6)]


def compare_with_gateway(job: str, options: Options) -> list[Row]:
    """Renew end to end with a gateway that takes 50 ms, by one worker and two."""
    rows = []
    for calls in (32, 128):
        say(f"  {calls} calls of the gateway at once")
        with override_settings(GATEWAY_CALLS_AT_ONCE=calls):
            found = run_in_turn(
                {n: partial(run_workers, int(n), renew_due, seconds=options.pick(3, 1)) for n in ("2", "1")},
                rounds=options.pick(2, 1),
                due=options.pick(PLENTY, PLENTY // 4),
            )
        name = f"{job}, a second, gateway of 50 ms, {calls} calls at once, two workers against one"
        rows.append(weigh_rates(name, found["2"], found["1"]))
    return rows


def weigh_rates(job: str, ours: list[Burst], other: list[Burst], at_least: float | None = None) -> Row:
    """Compare how many were done a second."""
    rates = [[burst.per_second for burst in side] for side in (ours, other)]
    return weigh(job, *rates, at_least=at_least, tell=format_rate)


def weigh_cpu(job: str, ours: list[Burst], other: list[Burst], at_most: float | None = None) -> Row:
    """Compare the CPU, of client and server, that one took."""
    return weigh(job, *([burst.cpu_ms for burst in side] for side in (ours, other)), at_most=at_most)
