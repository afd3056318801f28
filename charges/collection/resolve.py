"""Finding out what became of attempts without a definite answer."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from charges.collection.new_attempt import LEASE
from charges.collection.outcome_types import Contradiction, NoAnswer, Outcome, Stopped, name_void
from charges.collection.retries import find_check_delay
from charges.collection.sending import PlannedAttempt, describe_attempt
from charges.collection.settle import settle_outcomes
from charges.collection.single import send_attempt
from charges.models import Attempt, AttemptState
from charges.processor.current_option import is_to_be_paid_otherwise
from charges.processor.gateway_for import open_gateway_for
from core import clock
from core.failpoints import failpoint
from core.per_row import PASSING_ERRORS
from gateway.base import Gateway
from gateway.movements import Answer, Verdict

RECORDED_WITHIN = timedelta(hours=24)
# By then checks are a day apart: two in a row without an answer are no passing trouble.
ASKED_WITHIN = timedelta(days=7)
NOT_ASKED = "The gateway cannot be asked."
NOT_CANCELLED = "It could not be cancelled"
NEVER_ASKED = "The processor could not be asked for days: has its credential been revoked?"
NOT_IN_TIME = "The processor had no answer in time and cancelled it."

log = structlog.get_logger(__name__)


def resolve_attempt(attempt_id: int, *, early: bool = False) -> None:
    """Ask the gateway what became of an attempt and act on it; any number of resolvers may run at once.

    With `early` it is asked before the next check is due, because there may be news; an attempt whose sender
    is at work is left to it.
    """
    attempt = take_over_attempt(attempt_id, early=early)
    if attempt is None or attempt.check_at is None:
        return
    failpoint("resolve.taken_over")
    answer = _ask_gateway(attempt)
    failpoint("resolve.answered")
    if answer is None:
        silence = NoAnswer(NOT_ASKED, find_check_delay(attempt.checks))
        _settle_or_wait(attempt, find_silence(attempt, silence, now=clock.now(), early=early))
    elif answer.verdict == Verdict.NOT_FOUND and _may_send_again(attempt):
        # Not found is not failed: the request may still be on its way. The same key cannot pay twice.
        send_attempt(attempt)
    elif is_to_be_stopped(answer, sent_at=attempt.sent_at, is_wanted=_is_wanted(attempt), now=clock.now()):
        is_replaced = is_to_be_paid_otherwise(attempt)
        end = cancel_attempt(attempt, message=NOT_IN_TIME, is_replaced=is_replaced)
        if isinstance(end, NoAnswer):
            end = find_silence(attempt, end, now=clock.now(), early=early)
        _settle_or_wait(attempt, end)
    elif answer.verdict == Verdict.VOID:
        is_waiting, reference = attempt.state == AttemptState.AWAITING_BUYER, attempt.gateway_reference or ""
        _settle_or_wait(attempt, name_void(answer, reference=reference, awaits_payer=is_waiting))
    else:
        _settle_or_wait(attempt, answer)


def take_over_attempt(attempt_id: int, *, early: bool = False) -> Attempt | None:
    """Take a lease on an unresolved attempt and return it; None when another has it or it is resolved."""
    attempts = Attempt.objects.waiting() if early else Attempt.objects.unresolved()
    with transaction.atomic(durable=True):
        waiting = attempts.filter(pk=attempt_id).select_related("charge")
        attempt = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if attempt is not None:
            attempt.extend_lease(LEASE)
            attempt.checks += 0 if early else 1
            attempt.save(update_fields=["check_at", "checks"])
        return attempt


def is_to_be_stopped(answer: Answer, *, sent_at: datetime, is_wanted: bool, now: datetime) -> bool:
    """Say whether an attempt is cancelled after this answer, instead of waiting for another one.

    That is so when it is not wanted any more, when the answer's patience is over, and when nothing is known
    of it but it is too late to send it again.
    """
    if answer.verdict == Verdict.NOT_FOUND:
        return True
    is_open = answer.verdict in (Verdict.PENDING, Verdict.NEEDS_BUYER)
    return is_open and (not is_wanted or now > sent_at + answer.patience)


def find_silence(attempt: Attempt, silence: NoAnswer, *, now: datetime, early: bool) -> Outcome:
    """Return what it means that the gateway could not be asked: wait, and after days let a person look.

    An early question says nothing of how long it has been so.
    """
    if early:
        return silence._replace(message=attempt.message)
    is_again = attempt.message.startswith((NOT_ASKED, NOT_CANCELLED))
    return Contradiction(NEVER_ASKED) if is_again and now > attempt.sent_at + ASKED_WITHIN else silence


def cancel_attempt(attempt: Attempt, *, message: str, is_replaced: bool = False) -> Outcome:
    """Have the gateway make sure that an attempt never moves money, and return the outcome.

    The caller holds its lease. The outcome is an answer when it was too late.
    """
    try:
        answer = open_gateway_for(attempt).cancel(_describe(attempt).movement)
    except Exception as exc:
        log.warning("attempt cannot be cancelled", attempt=attempt.key, exc_info=True)
        return NoAnswer(f"{NOT_CANCELLED}: {exc!r}", find_check_delay(attempt.checks))
    if answer.verdict != Verdict.VOID:
        return answer
    return Stopped(message, attempt.gateway_reference or "", is_replaced)


def _ask_gateway(attempt: Attempt) -> Answer | None:
    try:
        return open_gateway_for(attempt).lookup(_describe(attempt).movement)
    except Exception:
        log.warning("gateway cannot be asked", attempt=attempt.key, exc_info=True)
        return None


def _describe(attempt: Attempt) -> PlannedAttempt:
    return describe_attempt(attempt, lease_ends=attempt.check_at or clock.now())


def _is_wanted(attempt: Attempt) -> bool:
    return attempt.charge.given_up_at is None and not is_to_be_paid_otherwise(attempt)


def _may_send_again(attempt: Attempt) -> bool:
    """Say whether it is wanted and its key is too young to be forgotten by the gateway."""
    gateway: Gateway = open_gateway_for(attempt)
    half_life = timedelta(seconds=gateway.key_ttl_seconds / 2)
    return _is_wanted(attempt) and clock.now() - attempt.sent_at < half_life


def _settle_or_wait(attempt: Attempt, outcome: Outcome) -> None:
    try:
        settle_outcomes({attempt.pk: outcome})
    except PASSING_ERRORS:
        raise
    except Exception as exc:
        message = f"The outcome cannot be recorded ({type(exc).__name__})."
        if clock.now() - attempt.sent_at > RECORDED_WITHIN:
            settle_outcomes({attempt.pk: Contradiction(message)})
        else:
            _wait(attempt, message)
        raise


def _wait(attempt: Attempt, message: str) -> None:
    settle_outcomes({attempt.pk: NoAnswer(message, find_check_delay(attempt.checks))})
