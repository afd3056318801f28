"""The ways to renew and to settle that are compared, and what each costs."""

import time
from collections.abc import Callable, Mapping

from bench.cpu import own_backend, read_cpu
from bench.gateway import approve
from bench.harness import CouldNotMeasure
from bench.subscribers import find_instant
from bench.writers import Burst, run_together
from charges.collection.sending import PlannedAttempt
from charges.collection.settle import settle_outcomes
from core import clock
from gateway.movements import Answer
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import BATCH, renew_due

HOUR = 3_600.0
Work = Callable[[], int]


def renew_batch() -> int:
    """Renew as we do, but with answers that are there at once: claim, commit, settle, commit."""
    claimed = claim_renewals(until=clock.now(), limit=BATCH)
    settle_outcomes(answer_all(claimed.planned))
    return claimed.periods


def answer_all(planned: list[PlannedAttempt]) -> dict[int, Answer]:
    """Return the approval of each."""
    return {attempt.id: approve(attempt.key, attempt.money) for attempt in planned}


def run_in_turn(ways: Mapping[str, Callable[[], Burst]], *, rounds: int, due: int) -> dict[str, list[Burst]]:
    """Run every way once a round, in turn, after a round that does not count; return what each cost.

    Each starts at the instant when so many subscriptions are due; so what it renews is due again in a month,
    and not at once.
    """
    found: dict[str, list[Burst]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        # There and back, so that nobody always comes after the same other.
        for name, run in sorted(ways.items(), reverse=number % 2 == 1):
            with clock.travel_to(find_instant(due)):
                cost = run()
            if number:
                found[name].append(cost)
    return found


def take_cost(work: Work) -> Burst:
    """Run something in this process and return what it cost. Raises CouldNotMeasure when it did nothing."""
    backend = [own_backend()]
    start, cpu = time.perf_counter(), time.process_time() + read_cpu(backend)
    done = work()
    cost = Burst(done, time.perf_counter() - start, time.process_time() + read_cpu(backend) - cpu)
    if not done:
        raise CouldNotMeasure("nothing was due")
    return cost


def take_cost_of_settling(settle: Callable[[dict[int, Answer]], None], *, count: int) -> Burst:
    """Claim so many renewals and return what it costs to apply the answers to them."""
    answers = answer_all(claim_renewals(until=clock.now(), limit=count).planned)

    def work() -> int:
        settle(answers)
        return len(answers)

    return take_cost(work)


def run_workers(count: int, work: Work, *, seconds: float) -> Burst:
    """Let so many processes repeat something. Raises CouldNotMeasure, after a deadlock too."""

    def make_work() -> Work:
        work()  # A new connection has caches to fill.
        return work

    return run_together(make_work, count=count, seconds=seconds)


def renew_all(*, workers: int) -> Burst:
    """Let processes renew, as a sweep does, until nothing is due. Raises CouldNotMeasure."""
    return run_together(lambda: drain_due, count=workers, seconds=0, patience=HOUR)


def drain_due() -> int:
    """Renew until nothing is due and return how many periods were billed."""
    billed = 0
    while periods := renew_due():
        billed += periods
    return billed
