"""The transition of an attempt that each outcome asks for."""

from charges.collection.outcome_types import Contradiction, NeverSent, NoAnswer, Outcome, RefusedHere, Stopped
from charges.models import Attempt
from core.transitions import Move
from gateway.movements import Answer, Verdict

ANSWERS: dict[Verdict, Move] = {
    Verdict.APPROVED: Attempt.succeed,
    Verdict.DECLINED: Attempt.decline,
    Verdict.NEEDS_BUYER: Attempt.await_buyer,
    Verdict.VOID: Attempt.stop,
}
MOVES: dict[type, Move] = {
    NeverSent: Attempt.void,
    RefusedHere: Attempt.decline,
    NoAnswer: Attempt.lose_track,
    Stopped: Attempt.stop,
    Contradiction: Attempt.need_review,
}


def find_move(outcome: Outcome) -> Move:
    """Return the transition; an answer without a decision leaves the attempt unknown."""
    if isinstance(outcome, Answer):
        return ANSWERS.get(outcome.verdict, Attempt.lose_track)
    return MOVES[type(outcome)]
