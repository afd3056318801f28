"""Answers of a gateway that contradict our books, or an answer before."""

from charges.collection.outcome_types import Outcome, Stopped
from charges.models import AttemptState, Charge, ChargeKind
from charges.rows import LockedAttempt
from core.transitions import sources_of
from gateway.movements import Answer, Verdict

CONTRADICTIONS = {
    (AttemptState.SUCCEEDED, Verdict.DECLINED),
    (AttemptState.SUCCEEDED, Verdict.VOID),
    (AttemptState.DECLINED, Verdict.APPROVED),
    (AttemptState.VOIDED, Verdict.APPROVED),
}


def contradicts(row: LockedAttempt, outcome: Outcome) -> bool:
    """Say whether an answer is another than the one that was recorded."""
    if isinstance(outcome, Stopped):
        return row.attempt.state == AttemptState.SUCCEEDED
    return isinstance(outcome, Answer) and (row.attempt.state, outcome.verdict) in CONTRADICTIONS


def is_return(row: LockedAttempt, outcome: Outcome) -> bool:
    """Say whether a refund that was paid came back: banks send some back days later, and no payment."""
    return (
        (row.charge.kind, row.attempt.state) == (ChargeKind.REFUND, AttemptState.SUCCEEDED)
        and isinstance(outcome, Answer)
        and outcome.verdict in (Verdict.DECLINED, Verdict.VOID)
        and outcome.key == row.attempt.key
    )


def is_left_to_a_person(row: LockedAttempt, outcome: Outcome) -> bool:
    """Say whether only a person may decide about an attempt, whatever came of it since.

    The exact money decides by itself: nobody may call it anything else than captured.
    """
    if row.attempt.state != AttemptState.NEEDS_REVIEW:
        return False
    if not isinstance(outcome, Answer) or outcome.verdict != Verdict.APPROVED:
        return True
    return bool(find_doubt(row, outcome))


def find_doubt(row: LockedAttempt, answer: Answer) -> str:
    """Say why an approval cannot be believed: it must be about our key and amount, and still be wanted."""
    if (answer.key, answer.money) != (row.attempt.key, row.attempt.money):
        return f"The gateway answered about {answer.key} and {answer.money}."
    if row.charge.status not in sources_of(Charge.succeed):
        return f"The gateway captured the money, but the charge is {row.charge.status}."
    return ""
