"""Attempts that are planned, sent and settled many at a time, for the renewal of subscriptions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from contextvars import copy_context
from datetime import datetime
from typing import NamedTuple

import structlog
from django.conf import settings

from charges.collection.settle import settle_answers
from charges.collection.single import CALL_BUDGET, FIRST_CHECK, postpone_attempt, void_attempt
from charges.processor.gateway_for import open_gateway
from core import clock
from core.money import Money
from core.per_row import PASSING_ERRORS, run_logged
from gateway.base import Answer, NotSent, Verdict

SETTLE_AT_ONCE = 500

log = structlog.get_logger(__name__)


class PlannedAttempt(NamedTuple):
    """An attempt whose intent is committed and whose lease this process holds."""

    id: int
    key: str
    gateway: str
    token: str
    money: Money
    description: str
    instant: datetime
    lease_ends: datetime
    sealed_processor_key: bytes | None = None


Outcome = Answer | Exception | None


def send_attempts(planned: Sequence[PlannedAttempt]) -> None:
    """Call the gateways, many at once and outside any transaction, and settle the answers as they arrive."""
    if not planned:
        return
    with ThreadPoolExecutor(min(settings.GATEWAY_CALLS_AT_ONCE, len(planned))) as pool:
        calls = {pool.submit(copy_context().run, _call, attempt): attempt for attempt in planned}
        for done in _in_groups(calls):
            _record([(calls[call], call.result()) for call in done])


def _call(attempt: PlannedAttempt) -> Outcome:
    try:
        gateway = open_gateway(attempt.gateway, attempt.sealed_processor_key)
        with clock.travel_to(attempt.instant) if clock.is_rehearsed() else nullcontext():
            # The fence, see charges.collection.single.send_attempt: nothing may come between it and the call.
            if clock.now() > attempt.lease_ends - CALL_BUDGET:
                return None
            return gateway.charge(
                key=attempt.key, money=attempt.money, token=attempt.token, description=attempt.description
            )
    except Exception as exc:
        return exc


def _in_groups(calls: Iterable[Future[Outcome]]) -> Iterator[list[Future[Outcome]]]:
    """Yield finished calls in groups that are worth a transaction, without waiting for the slowest."""
    open_calls = set(calls)
    ready: list[Future[Outcome]] = []
    while open_calls:
        done, open_calls = wait(open_calls, timeout=1.0, return_when=FIRST_COMPLETED)
        ready.extend(done)
        if len(ready) >= SETTLE_AT_ONCE or not open_calls or not done:
            yield ready
            ready = []
    if ready:
        yield ready


def _record(outcomes: Sequence[tuple[PlannedAttempt, Outcome]]) -> None:
    answers = {}
    for attempt, outcome in outcomes:
        if isinstance(outcome, NotSent):
            void_attempt(attempt.id, message=str(outcome))
        elif isinstance(outcome, Exception):
            log.warning("gateway gave no answer", attempt=attempt.key, exc_info=outcome)
            postpone_attempt(attempt.id, message=repr(outcome), delay=FIRST_CHECK)
        elif outcome is not None and outcome.verdict in (Verdict.APPROVED, Verdict.DECLINED):
            answers[attempt.id] = outcome
        elif outcome is not None:
            postpone_attempt(attempt.id, message="The gateway is still at it.", delay=FIRST_CHECK)
    _settle_isolated(answers)


def _settle_isolated(answers: Mapping[int, Answer]) -> None:
    """Settle all at once or, when that fails, each for itself; what fails then the resolver asks about."""
    try:
        settle_answers(answers)
    except PASSING_ERRORS:
        raise
    except Exception:
        log.exception("answers cannot be settled at once", count=len(answers))

        def settle_one(attempt_id: int) -> None:
            settle_answers({attempt_id: answers[attempt_id]})

        for attempt_id in answers:
            run_logged(settle_one, attempt_id)
