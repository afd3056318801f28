"""Asking a processor once more about an attempt that needs review."""

from typing import NamedTuple

import structlog

from charges.collection.sending import describe_attempt
from charges.models import Attempt
from charges.processor.gateway_for import open_gateway_for
from charges.processor.in_flight import hold_place
from core import clock
from core.errors import BillingError
from gateway.movements import Answer, Verdict

NO_ANSWER = "no answer"
WORDS = {
    Verdict.APPROVED: "It has moved {money}, under the name {reference}.",
    Verdict.DECLINED: "It has refused this payment: {message}",
    Verdict.VOID: "It has cancelled this payment; no money moves any more.",
    Verdict.PENDING: "It has not decided yet; money may still move.",
    Verdict.NEEDS_BUYER: "It waits for the payer to confirm; money may still move.",
    Verdict.NOT_FOUND: "It does not know this payment. That is no proof that no money moves.",
}

log = structlog.get_logger(__name__)


class Said(NamedTuple):
    """What a processor says of an attempt now; without an answer, why there is none."""

    answer: Answer | None
    trouble: str = ""

    @property
    def verdict(self) -> str:
        """Its answer in one word."""
        return NO_ANSWER if self.answer is None else self.answer.verdict.value

    @property
    def words(self) -> str:
        """Its answer in a sentence."""
        if self.answer is None:
            return self.trouble
        reference, message = self.answer.reference or "(none)", self.answer.message or "no reason given"
        return WORDS[self.answer.verdict].format(
            money=self.answer.money, reference=reference, message=message
        )


def ask_processor(attempt_id: int) -> Said:
    """Ask what became of an attempt; call it outside transactions. Raises Attempt.DoesNotExist.

    Each gateway ends a call by itself after some seconds; whatever fails is told in words.
    """
    attempt = Attempt.objects.select_related("charge__customer__merchant").get(pk=attempt_id)
    try:
        with hold_place(caller="staff"):
            movement = describe_attempt(attempt, lease_ends=clock.now()).movement
            return Said(open_gateway_for(attempt).lookup(movement))
    except BillingError as refusal:
        return Said(None, f"It was not asked: {refusal}")
    except Exception as error:
        log.warning("gateway cannot be asked", attempt=attempt.key, exc_info=True)
        return Said(None, f"It did not answer ({type(error).__name__}).")
