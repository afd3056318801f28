"""Attempts that are sent and settled many at a time, for the renewal of subscriptions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from queue import Empty, SimpleQueue

import structlog
from django.conf import settings
from django.db import connections

from charges.collection.outcome_types import Outcome
from charges.collection.sending import PlannedAttempt, call_gateway
from charges.collection.settle import settle_outcomes
from core import clock
from core.per_row import PASSING_ERRORS, run_logged

SETTLE_AT_ONCE = 500
LONGEST_PAUSE = 1.0  # Seconds without an answer, after which those that have come are settled.

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
    """Yield finished calls in groups that are worth a transaction, without waiting for the slowest."""
    finished: SimpleQueue[Future[Outcome | None]] = SimpleQueue()
    for call in calls:
        call.add_done_callback(finished.put)
    ready: list[Future[Outcome | None]] = []
    left = len(calls)
    while left:
        try:
            ready.append(finished.get(timeout=LONGEST_PAUSE if ready else None))
            left -= 1
        except Empty:
            yield ready
            ready = []
        if len(ready) >= SETTLE_AT_ONCE or (ready and not left):
            yield ready
            ready = []


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
