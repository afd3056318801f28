"""Attempts that are sent and settled many at a time, for the renewal of subscriptions."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from time import monotonic
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import connections

from charges.collection.outcome_types import Outcome
from charges.collection.sending import PlannedAttempt, call_gateway
from charges.collection.settle import settle_outcomes
from core import clock
from core.per_row import PASSING_ERRORS, run_logged

ENOUGH = 500  # Answers that are not kept waiting for others; those that are there by then go along.
LONGEST_WAIT = 1.0  # Seconds that an answer waits for others; a lease is two minutes.

log = structlog.get_logger(__name__)


class Answered(NamedTuple):
    """What came of an attempt; no outcome when its lease was lost."""

    attempt_id: int
    outcome: Outcome | None


# What threads have done; an exception ends the thread that puts it there.
Finished = SimpleQueue[Answered | BaseException]


def send_attempts(planned: Sequence[PlannedAttempt]) -> None:
    """Call the gateways, many at once and outside any transaction, and settle the outcomes as they arrive.

    Raises what ended a thread; what was not sent by then is left to the resolver.
    """
    if not planned:
        return
    waiting, finished = deque(planned), Finished()
    threads = min(settings.GATEWAY_CALLS_AT_ONCE, len(planned))
    with ThreadPoolExecutor(threads) as pool:
        try:
            # A task a thread, not a call: a future costs 20 microseconds of CPU.
            for _ in range(threads):
                pool.submit(copy_context().run, _call_each, waiting, finished)
            for group in _in_groups(finished, len(planned)):
                outcomes = {done.attempt_id: done.outcome for done in group if done.outcome is not None}
                _settle_isolated(outcomes)
        except BaseException:
            waiting.clear()
            raise


def _call_each(waiting: deque[PlannedAttempt], finished: Finished) -> None:
    try:
        for attempt in _take_each(waiting):
            finished.put(Answered(attempt.id, _call(attempt)))
    except BaseException as exc:
        finished.put(exc)


def _take_each(waiting: deque[PlannedAttempt]) -> Iterator[PlannedAttempt]:
    with suppress(IndexError):  # Another thread has taken the last one.
        while True:
            yield waiting.popleft()


def _call(attempt: PlannedAttempt) -> Outcome | None:
    try:
        with clock.travel_to(attempt.instant) if clock.is_rehearsed() else nullcontext():
            return call_gateway(attempt)
    finally:
        # Where charges are prepared, their references are committed by this thread; a connection that broke
        # meanwhile would break all calls after it.
        connections.close_all()


def _in_groups(finished: Finished, count: int) -> Iterator[list[Answered]]:
    """Yield so many in groups that are worth a transaction; no answer waits long for the others."""
    while count:
        group = _gather(finished, most=count)
        count -= len(group)
        yield group


def _gather(finished: Finished, *, most: int) -> list[Answered]:
    """Return the next call to finish, up to ENOUGH within LONGEST_WAIT after it, and all that are there then.

    Raises what a thread raised.
    """
    group = [_read(finished.get())]
    ends = monotonic() + LONGEST_WAIT
    with suppress(Empty):
        while len(group) < most:
            patience = ends - monotonic() if len(group) < ENOUGH else 0.0
            group.append(_read(finished.get(timeout=max(0.0, patience))))
    return group


def _read(done: Answered | BaseException) -> Answered:
    if isinstance(done, BaseException):
        raise done
    return done


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
