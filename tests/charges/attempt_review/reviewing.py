"""Attempts that need review, and people who decide about them; shared by the tests of reviews."""

from charges.attempt_review.asking import ask_processor
from charges.attempt_review.decide import review_attempt
from charges.collection.outcome_types import Contradiction
from charges.collection.settle import settle_outcomes
from charges.collection.single import collect_charge
from charges.models import Attempt, Charge, ReviewOutcome
from operations.factories import ChargeFactory, UserFactory

MOVED = "tok_test_timeout_after"
NEVER_CAME = "tok_test_timeout_before"
OTHER_AMOUNT = "tok_test_wrong_amount"


def doubtful(card: str = MOVED, charge: Charge | None = None) -> Attempt:
    """An attempt that a person must find out about; the card says what the processor has done."""
    charge = charge or ChargeFactory(activated=True, card=card)
    if not charge.attempts.exists():
        collect_charge(charge.pk)
    attempt = charge.attempts.get()
    if card != OTHER_AMOUNT:
        settle_outcomes({attempt.pk: Contradiction("The outcome cannot be recorded.")})
    attempt.refresh_from_db()
    assert attempt.state == "needs_review"
    return attempt


def reference_of(attempt: Attempt) -> str:
    """The processor's name of the money of an attempt."""
    answer = ask_processor(attempt.pk).answer
    return answer.reference if answer else ""


def review(attempt: Attempt, outcome: ReviewOutcome, **changes):
    """Decide about an attempt as somebody of the staff."""
    fields = {"reason": "Seen in the dashboard.", "reference": ""} | changes
    person = fields.pop("person", None) or UserFactory(staff=True)
    said = fields.pop("said", None) or ask_processor(attempt.pk)
    return review_attempt(attempt_id=attempt.pk, outcome=outcome, said=said, requested_by=person, **fields)
