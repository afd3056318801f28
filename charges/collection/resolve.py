"""Finding out what became of attempts without a definite answer."""

from datetime import timedelta

import structlog
from django.db import transaction

from charges.collection.new_attempt import LEASE
from charges.collection.outcomes import NoAnswer, Unresolvable
from charges.collection.retries import FIRST_CHECK, find_check_delay
from charges.collection.settle import settle_outcomes
from charges.collection.single import send_attempt
from charges.models import Attempt
from charges.processor.gateway_for import open_gateway_for
from core import clock
from core.per_row import PASSING_ERRORS
from gateway.movements import Answer, Verdict
from gateway.registry import get_gateway

GIVE_UP_AFTER = timedelta(hours=24)

log = structlog.get_logger(__name__)


def resolve_attempt(attempt_id: int) -> None:
    """Ask the gateway by our key and act on the answer; any number of resolvers may run at once."""
    attempt = take_over_attempt(attempt_id)
    if attempt is None:
        return
    answer = _ask_gateway(attempt)
    if answer is None or answer.verdict == Verdict.PENDING:
        _wait_or_give_up(attempt, "The gateway has no definite answer yet.")
    elif answer.verdict != Verdict.NOT_FOUND:
        _apply_or_wait(attempt, answer)
    elif attempt.charge.given_up_at is not None:
        _wait_or_give_up(attempt, "The gateway knows nothing of our key, and it is no longer wanted.")
    elif _key_is_fresh(attempt):
        # Not found is not failed: the request may still be on its way. The same key cannot pay twice.
        send_attempt(attempt)
    else:
        settle_outcomes({attempt.pk: Unresolvable("The gateway no longer knows our key.")})


def take_over_attempt(attempt_id: int) -> Attempt | None:
    """Take a lease on an unresolved attempt and return it; None when another has it or it is resolved."""
    with transaction.atomic(durable=True):
        attempts = Attempt.objects.unresolved().filter(pk=attempt_id).select_related("charge")
        attempt = attempts.select_for_update(skip_locked=True, of=("self",)).first()
        if attempt is not None:
            attempt.extend_lease(LEASE)
            attempt.checks += 1
            attempt.save(update_fields=["check_at", "checks"])
        return attempt


def _ask_gateway(attempt: Attempt) -> Answer | None:
    try:
        return open_gateway_for(attempt).lookup(key=attempt.key)
    except Exception:
        log.warning("gateway cannot be asked", attempt=attempt.key, exc_info=True)
        return None


def _apply_or_wait(attempt: Attempt, answer: Answer) -> None:
    try:
        settle_outcomes({attempt.pk: answer})
    except PASSING_ERRORS:
        raise
    except Exception as exc:
        name = type(exc).__name__
        _wait_or_give_up(attempt, f"The gateway says {answer.verdict}, which cannot be recorded ({name}).")
        raise


def _key_is_fresh(attempt: Attempt) -> bool:
    half_life = timedelta(seconds=get_gateway(attempt.gateway).key_ttl_seconds / 2)
    return clock.now() - attempt.sent_at < half_life


def _wait_or_give_up(attempt: Attempt, message: str) -> None:
    age = clock.now() - attempt.sent_at
    if age > GIVE_UP_AFTER:
        settle_outcomes({attempt.pk: Unresolvable(message)})
    else:
        # The last look comes just after the limit, not up to a day later.
        last_look = GIVE_UP_AFTER - age + FIRST_CHECK
        delay = min(find_check_delay(attempt.checks), last_look)
        settle_outcomes({attempt.pk: NoAnswer(message, delay)})
