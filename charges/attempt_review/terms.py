"""What a decision about an attempt does: what a second person sees and approves."""

from typing import Any

from charges.attempt_review.asking import Said
from charges.models import AttemptReview, ReviewOutcome
from charges.rows import LockedAttempt


def work_out_terms(
    row: LockedAttempt, said: Said, *, outcome: ReviewOutcome, reference: str
) -> dict[str, Any]:
    """Return what a decision would do if it was made now; amounts are minor units (cents).

    Another answer of the processor, or an attempt that is decided, changes the terms.
    """
    answer = said.answer
    money = answer.money if answer else None
    return {
        "attempt": row.attempt.key,
        "charge": str(row.charge.public_id),
        "charge_status": row.charge.status,
        "state": row.attempt.state,
        "kind": row.charge.kind,
        "livemode": row.attempt.livemode,
        "currency": row.attempt.currency,
        "amount_minor": row.attempt.amount_minor,
        "commission_minor": row.charge.commission_minor,
        "outcome": str(outcome),
        "reference": reference,
        "said": said.verdict,
        "said_reference": answer.reference if answer else "",
        "said_minor": money.amount_minor if money else None,
        "said_currency": money.currency if money else None,
    }


def name_subject(row: LockedAttempt) -> str:
    """Return the natural key of the next decision about an attempt, which may need review again."""
    earlier = AttemptReview.objects.filter(attempt_id=row.attempt.id).count()
    return f"review:{row.charge.public_id}:{row.attempt.number}:{earlier + 1}"
