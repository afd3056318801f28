"""What one person may decide about an attempt, by what the processor says: pure functions."""

from charges.errors import NotDecidedYet, ProcessorHasTheMoney
from charges.models import ReviewOutcome
from core.money import Money
from gateway.movements import Answer, Verdict

REFUSED = (Verdict.DECLINED, Verdict.VOID)
OPEN = (Verdict.PENDING, Verdict.NEEDS_BUYER)


def agrees(answer: Answer | None, *, outcome: ReviewOutcome, key: str, money: Money) -> bool:
    """Say whether a processor says what a person has found out of the attempt with this key and money.

    If it does not, a second person has to agree. Raises NotDecidedYet while money may still move, and
    ProcessorHasTheMoney when exactly this money has moved and a person says that none has: it would be
    collected again.
    """
    if outcome == ReviewOutcome.ASK_AGAIN:
        return True
    if answer is None:
        return False
    if answer.verdict in OPEN:
        raise NotDecidedYet
    has_moved = answer.verdict == Verdict.APPROVED and (answer.key, answer.money) == (key, money)
    if outcome == ReviewOutcome.CAPTURED:
        return has_moved
    if has_moved:
        raise ProcessorHasTheMoney
    return answer.verdict in REFUSED
