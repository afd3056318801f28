"""Payments that the payer's bank wants the payer to confirm."""

from charges.collection.new_attempt import LEASE
from charges.collection.outcome_types import NeverSent, NoAnswer
from charges.collection.resolve import cancel_attempt, resolve_attempt
from charges.collection.sending import call_gateway, describe_attempt
from charges.collection.settle import settle_outcomes
from charges.errors import ProcessorUnavailable
from charges.models import Attempt, AttemptState
from charges.processor.current_option import is_to_be_paid_otherwise
from core import clock
from gateway.movements import Answer, Verdict

REPLACED = "Another card is to pay instead."
NOT_WANTED = "It is not wanted any more."


def find_waiting_attempt(charge_id: int) -> Attempt | None:
    """Return the attempt of a charge that waits for the payer to confirm."""
    waiting = Attempt.objects.filter(charge=charge_id, state=AttemptState.AWAITING_BUYER)
    return waiting.select_related("charge").first()


def confirm_payment(*, charge_id: int, return_url: str) -> str | None:
    """Return where the payer confirms a payment; None when nothing waits for that any more.

    The payer is present and comes back to `return_url`. Doing it twice leads to the same payment, which the
    processor never takes twice. Call it outside transactions. Raises ProcessorUnavailable.
    """
    attempt = find_waiting_attempt(charge_id)
    if attempt is None:
        return None
    if attempt.charge.given_up_at is not None:
        settle_outcomes({attempt.pk: cancel_attempt(attempt, message=NOT_WANTED)})
        return None
    if is_to_be_paid_otherwise(attempt):
        stop_awaiting(charge_id)
        return None
    lease_ends = clock.now() + LEASE
    outcome = call_gateway(describe_attempt(attempt, lease_ends=lease_ends, return_url=return_url))
    if outcome is None or isinstance(outcome, NeverSent | NoAnswer):
        raise ProcessorUnavailable
    settle_outcomes({attempt.pk: outcome})
    if not isinstance(outcome, Answer) or outcome.verdict != Verdict.NEEDS_BUYER:
        return None
    return outcome.buyer_url or None


def look_after_payment(charge_id: int) -> None:
    """Ask the processor now what became of a payment that its payer was asked to confirm.

    Call it outside of transactions; without an answer it is asked again later.
    """
    attempt = find_waiting_attempt(charge_id)
    if attempt is not None:
        resolve_attempt(attempt.pk, early=True)


def stop_awaiting(charge_id: int) -> None:
    """Cancel the attempt that waits for the payer, so that another card can pay at once.

    Without an answer of the processor it goes on waiting. Call it outside transactions.
    """
    attempt = find_waiting_attempt(charge_id)
    if attempt is not None:
        settle_outcomes({attempt.pk: cancel_attempt(attempt, message=REPLACED, is_replaced=True)})
