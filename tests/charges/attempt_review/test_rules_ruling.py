"""What one person may decide, by what the processor says."""

import pytest

from charges.attempt_review.ruling import agrees
from charges.errors import NotDecidedYet, ProcessorHasTheMoney
from charges.models import ReviewOutcome
from core.money import Money
from gateway.movements import Answer, Verdict

TEN, NINE = Money(1000, "USD"), Money(900, "USD")
CAPTURED, NOT_CAPTURED, ASK_AGAIN = ReviewOutcome


def said(verdict, key="k", money=TEN):
    return Answer(verdict, key, money=money)


@pytest.mark.rules
@pytest.mark.parametrize(
    ("answer", "captured", "not_captured"),
    [
        (said(Verdict.APPROVED), True, ProcessorHasTheMoney),
        (said(Verdict.APPROVED, money=NINE), False, False),
        (said(Verdict.APPROVED, money=None), False, False),
        (said(Verdict.APPROVED, key="another"), False, False),
        (said(Verdict.DECLINED, money=None), False, True),
        (said(Verdict.VOID, money=None), False, True),
        (said(Verdict.NOT_FOUND, money=None), False, False),
        (said(Verdict.PENDING), NotDecidedYet, NotDecidedYet),
        (said(Verdict.NEEDS_BUYER), NotDecidedYet, NotDecidedYet),
        (None, False, False),
    ],
)
def test_one_person_decides_only_what_the_processor_says(answer, captured, not_captured):
    for outcome, expected in ((CAPTURED, captured), (NOT_CAPTURED, not_captured), (ASK_AGAIN, True)):
        if isinstance(expected, bool):
            assert agrees(answer, outcome=outcome, key="k", money=TEN) is expected
        else:
            with pytest.raises(expected):
                agrees(answer, outcome=outcome, key="k", money=TEN)
