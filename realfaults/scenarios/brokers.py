"""The broker forgets everything, dies or comes back, and all workers die with it."""

import time

from realfaults import seeding
from realfaults.brokers import RedisBroker, Skipped
from realfaults.judging import find_unbilled
from realfaults.programs import BEAT, WORKER
from realfaults.stage import Stage

DUE, DUE_QUICKLY = 500, 100
DOWN = 5.0  # Seconds.
LIMIT = 130.0  # Seconds: two sweeps of a minute each, and ten more.


def lose_all_messages(stage: Stage) -> list[str]:
    """FLUSHALL while hundreds are due and the workers are at them."""
    due, subscriptions = _make_due(stage)
    stage.start(WORKER, BEAT)
    _wait_for_work(stage)
    left = due - stage.count_collected()
    stage.broker.forget()
    took = stage.wait(lambda: stage.count_collected() >= due, "the collection of all", within=LIMIT)
    stage.note(f"FLUSHALL with {left} of {due} not collected: all collected {took:.1f} s later")
    wrong = [] if left else ["nothing was left to lose"]
    return [*wrong, *stage.judge(), *find_unbilled(subscriptions, periods=1)]


def lose_workers_and_messages(stage: Stage) -> list[str]:
    """SIGKILL of all workers and beats at work, and FLUSHALL; those that follow live after the leases."""
    due, subscriptions = _make_due(stage)
    stage.start(WORKER, BEAT)
    _wait_for_work(stage)
    stage.pass_time()
    stage.broker.forget()
    left, sending = due - stage.count_collected(), stage.count_attempts("state = 'sending'")
    stage.start(WORKER)
    began = time.monotonic()
    stage.sweep()
    stage.sweep()
    took = time.monotonic() - began
    stage.note(f"killed with {left} of {due} not collected, {sending} sending; two sweeps took {took:.1f} s")
    wrong = [] if left else ["nothing was left to collect"]
    return [*wrong, *stage.judge(), *find_unbilled(subscriptions, periods=1)]


def restart_redis(stage: Stage) -> list[str]:
    """SIGKILL of Redis under work; it comes back empty after some seconds, and the workers by themselves."""
    if not isinstance(stage.broker, RedisBroker):
        raise Skipped("the broker is not Redis")
    due, subscriptions = _make_due(stage)
    stage.start(WORKER, BEAT)
    _wait_for_work(stage)
    stage.broker.kill()
    time.sleep(DOWN)
    stage.broker.start()
    took = stage.wait(lambda: stage.count_collected() >= due, "the collection of all", within=LIMIT)
    more = seeding.make_due_charges(stage, 20, buyers=seeding.make_buyers(1))
    again = stage.wait(lambda: stage.count_collected() >= due + len(more), "the collection of more")
    stage.note(f"Redis back: all collected {took:.1f} s later, {len(more)} new ones after {again:.1f} s")
    ended = stage.programs.find_ended()
    return [
        *stage.judge(),
        *find_unbilled(subscriptions, periods=1),
        *(f"{name} ended with Redis" for name in ended),
    ]


def _make_due(stage: Stage) -> tuple[int, list[int]]:
    """Make charges, whose messages wait at the broker, and as many periods, which beat asks for.

    Return how many are due, and the keys of the subscriptions.
    """
    due = DUE_QUICKLY if stage.is_quick else DUE
    buyers = seeding.make_buyers(5)
    seeding.make_due_charges(stage, due // 2, buyers=buyers)
    return due, seeding.make_due_subscriptions(due // 2, buyers=buyers)


def _wait_for_work(stage: Stage) -> None:
    """Wait until workers have sent some."""
    stage.wait(lambda: stage.count_attempts() > 0, "the first attempt")
