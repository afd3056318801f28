"""Attempts that are sent and settled many at a time, for the renewal of subscriptions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from queue import Empty, SimpleQueue
from time import monotonic

import structlog
from django.conf import settings
from django.db import connections

from charges.collection.outcome_types import Outcome
from charges.collection.sending import PlannedAttempt, call_gateway
from charges.collection.settle import settle_outcomes
from core import clock
from core.per_row import PASSING_ERRORS, run_logged

SETTLE_AT_ONCE = 500
LONGEST_WAIT = 1.0  # Seconds that an answer waits for others; a lease is two minutes.

log = structlog.get_logger(__name__)


def send_attempts(planned: Sequence[PlannedAttempt]) -> None:
    """Call the gateways, many at once and outside any transaction, and settle the outcomes as they arrive."""
    if not planned:
        return
    with ThreadPoolExecutor(min(settings.GATEWAY_CALLS_AT_ONCE, len(planned))) as pool:
        calls = {pool.submit(copy_context().run, _call, attempt): attempt.id for attempt in planned}
        for done in _in_groups(calls):
            outcomes = {calls[call]: outcome for call in done if (outcome := call.result()) is not None}
            _settle_isolated(outcomes)


def _call(attempt: PlannedAttempt) -> Outcome | None:
    try:
        with clock.travel_to(attempt.instant) if clock.is_rehearsed() else nullcontext():
            return call_gateway(attempt)
    finally:
        # Where charges are prepared, their references are committed by this thread.
        connections.close_all()


def _in_groups(calls: Collection[Future[Outcome | None]]) -> Iterator[list[Future[Outcome | None]]]:
    """Yield finished calls in groups that are worth a transaction; no answer waits long for the others."""
    finished: SimpleQueue[Future[Outcome | None]] = SimpleQueue()
    for call in calls:
        call.add_done_callback(finished.put)
    left = len(calls)
    while left:
        group = _gather(finished, most=min(left, SETTLE_AT_ONCE))
        left -= len(group)
        yield group


def _gather(finished: "SimpleQueue[Future[Outcome | None]]", *, most: int) -> list[Future[Outcome | None]]:
    """Return the next call to finish and those that finish within LONGEST_WAIT after it."""
    group = [finished.get()]
    ends = monotonic() + LONGEST_WAIT
    while len(group) < most:
        try:
            group.append(finished.get(timeout=max(0.0, ends - monotonic())))
        except Empty:
            break
    return group


def _settle_isolated(outcomes: Mapping[int, Outcome]) -> None:
    """Settle all at once or, when that fails, each for itself; what fails then the resolver asks about."""
    try:
        settle_outcomes(outcomes)
    except PASSING_ERRORS:
        raise
    except Exception:
        log.exception("outcomes cannot be settled at once", count=len(outcomes))

        def settle_one(attempt_id: int) -> None:
            settle_outcomes({attempt_id: outcomes[attempt_id]})

        for attempt_id in outcomes:
            run_logged(settle_one, attempt_id)
