"""Attempts that are sent and settled many at a time, for the renewal of subscriptions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from contextvars import copy_context

import structlog
from django.conf import settings
from django.db import connections

from charges.collection.outcome_types import Outcome
from charges.collection.sending import PlannedAttempt, call_gateway
from charges.collection.settle import settle_outcomes
from core import clock
from core.per_row import PASSING_ERRORS, run_logged

SETTLE_AT_ONCE = 500

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


def _in_groups(calls: Iterable[Future[Outcome | None]]) -> Iterator[list[Future[Outcome | None]]]:
    """Yield finished calls in groups that are worth a transaction, without waiting for the slowest."""
    open_calls = set(calls)
    ready: list[Future[Outcome | None]] = []
    while open_calls:
        done, open_calls = wait(open_calls, timeout=1.0, return_when=FIRST_COMPLETED)
        ready.extend(done)
        if len(ready) >= SETTLE_AT_ONCE or not open_calls or not done:
            yield ready
            ready = []
    if ready:
        yield ready


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
