"""Trouble around the work: two beats, a processor that is slow or down, rows that cannot be worked on."""

import time

from django.db import connection

from charges.models import Charge, ChargeKind, ChargeStatus
from realfaults import seeding
from realfaults.judging import find_unbilled, find_uncollected
from realfaults.load import Load, read
from realfaults.processor import DOWN, switch
from realfaults.programs import BEAT, WEB, WEBHOOKS, WORKER
from realfaults.receiver import receiving
from realfaults.stage import Stage, make_load
from simulator.judging import compare_with_processor
from subscriptions.models import Subscription

IDLE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND state = 'idle in transaction' AND now() - state_change > interval '1 second'
"""
SLOW, DOWN_FOR = 10.0, 8.0  # Seconds.


def run_two_beats(stage: Stage) -> list[str]:
    """Two beats and two workers work on the same rows; a third beat is started and killed meanwhile."""
    count = 200
    subscriptions = seeding.make_due_subscriptions(count, buyers=seeding.make_buyers(4))
    seeding.make_due_charges(stage, 50, buyers=seeding.make_buyers(2))
    stage.start(BEAT, BEAT, WORKER, WORKER)
    took = stage.wait(lambda: stage.count_collected() >= count + 50, "the collection of all")
    time.sleep(4)  # For a second time, if there were one.
    stage.note(f"two beats, two workers: {count} periods and 50 charges collected once after {took:.1f} s")
    return [*stage.judge(), *find_unbilled(subscriptions, periods=1)]


def slow_down_processor(stage: Stage) -> list[str]:
    """Each call takes ten seconds: no transaction stays open meanwhile, and the web answers as ever."""
    count, idle, took = 48, 0, 0.0
    subscriptions = seeding.make_due_subscriptions(count, buyers=seeding.make_buyers(4))
    load = make_load(stage)
    switch(str(SLOW))
    stage.start(WEB, WORKER, BEAT)
    _time(load)  # The first page waits for gunicorn's processes, which load all of the code.
    began = time.monotonic()
    while stage.count_collected() < count and time.monotonic() - began < 120:
        [[found]] = stage.server.ask(IDLE, [stage.database])
        idle += found
        took = max(took, _time(load))
    stage.note(
        f"{count} periods in {time.monotonic() - began:.0f} s, {SLOW:.0f} s each; slowest page {took:.1f} s"
    )
    wrong = [f"transactions were idle for more than a second ({idle} times seen)"] if idle else []
    return [*wrong, *stage.judge(), *find_unbilled(subscriptions, periods=1)]


def lose_processor(stage: Stage) -> list[str]:
    """The processor refuses connections for a while: no payment fails, and all are collected afterwards."""
    count = 100
    subscriptions = seeding.make_due_subscriptions(count, buyers=seeding.make_buyers(4))
    seeding.make_due_charges(stage, 20, buyers=seeding.make_buyers(2))
    switch(DOWN)
    stage.start(WORKER, BEAT)
    time.sleep(DOWN_FOR)
    failed = stage.count("status = 'failed' OR failure_count > 0")
    switch("")
    stage.pass_time()
    stage.start(WORKER)
    stage.sweep()
    stage.sweep()
    stage.note(f"{count} periods and 20 charges, down for {DOWN_FOR:.0f} s: collected in two sweeps")
    wrong = [f"{failed} payments count as failed"] if failed else []
    return [*wrong, *stage.judge(), *find_unbilled(subscriptions, periods=1)]


def poison_rows(stage: Stage) -> list[str]:
    """One row raises in each sweep; all others are worked on."""
    with receiving() as receiver:
        seeding.make_everything_due(stage, url=receiver.url)
        poisoned = _poison()
        stage.due = [pk for pk in stage.due if pk != poisoned["charge"]]
        stage.start(WORKER, WEBHOOKS)
        stage.sweep()
        stage.pass_time()
        stage.start(WORKER, WEBHOOKS)
        stage.sweep()
        stage.sweep()
        good = [pk for pk in seeding.list_subscriptions() if pk != poisoned["subscription"]]
        held = Subscription.objects.get(pk=poisoned["subscription"]).held_at is not None
        stage.note(
            f"poisoned {', '.join(poisoned)}; {len(stage.due)} charges and {len(good)} periods collected"
        )
        return [
            *find_uncollected(stage.due),
            *find_unbilled(good, periods=1),
            *compare_with_processor(),
            *([] if held else ["the poisoned subscription is not held"]),
            *([] if receiver.heard else ["no webhook was sent"]),
        ]


# Past all triggers: what only a fault of ours could write. The charge of the period is there already; the
# others are of no currency, of no kind of event, and signed with no secret.
POISON = """
SET session_replication_role = replica;
UPDATE charges_charge SET subscription_id = s.id, period = s.period, due_at = s.due_at
FROM subscriptions_subscription s WHERE s.id = {subscription} AND charges_charge.id = {collected};
UPDATE charges_charge SET currency = 'XXX' WHERE id IN ({charge}, {refund});
UPDATE charges_processorevent SET subject = 'none' WHERE event_id = 'evt_0';
UPDATE webhooks_endpoint SET sealed_secret = 'none' WHERE id = (SELECT min(id) FROM webhooks_endpoint);
SET session_replication_role = DEFAULT;
"""


def _poison() -> dict[str, int]:
    """Make one row of each sweep raise, and return their keys."""
    due = Charge.objects.filter(status=ChargeStatus.PROCESSED, subscription=None).order_by("pk")
    rows = {
        "subscription": Subscription.objects.order_by("pk").values_list("pk", flat=True)[0],
        "charge": due.filter(kind=ChargeKind.CHARGE).values_list("pk", flat=True)[0],
        "refund": due.filter(kind=ChargeKind.REFUND).values_list("pk", flat=True)[0],
    }
    collected = Charge.objects.filter(status=ChargeStatus.SUCCESS).order_by("pk")[3].pk
    with connection.cursor() as cursor:
        cursor.execute(POISON.format(collected=collected, **rows))
    return rows


def _time(load: Load) -> float:
    began = time.monotonic()
    read(load)
    return time.monotonic() - began
