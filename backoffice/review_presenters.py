"""Texts about attempts that need review, for staff: what our books say, what the processor says now."""

from collections.abc import Mapping
from typing import Any

from charges.attempt_review.asking import NO_ANSWER, WORDS, Said, ask_processor
from charges.attempt_review.ruling import agrees
from charges.models import Attempt, AttemptReview, Charge, ChargeKind, ReviewOutcome
from core.money import Money
from gateway.movements import Verdict

MOVED: dict[str, str] = {
    ChargeKind.CHARGE: "is booked as collected: the seller is owed its share, and what depends on it goes on",
    ChargeKind.REFUND: "is booked as refunded: seller and marketplace give back their shares",
    ChargeKind.DISBURSEMENT: "is booked as paid out: the seller is owed so much less",
}
TWO_PEOPLE = "The processor does not say so. Nothing changes before another person has approved it."


def explain_review(attempt: Attempt) -> list[str]:
    """Return what our books say of an attempt beside what the processor says; it is asked now."""
    return [
        f"Our books: {attempt.money} was to move under the key {attempt.key}; nothing is booked. Noted then:"
        f" {attempt.message or 'nothing'}",
        f"{attempt.gateway} now: {ask_processor(attempt.pk).words}",
        "Look it up at the processor before you decide. One person can decide what the processor says, too;"
        " anything else waits for a second person.",
    ]


def preview_review(attempt: Attempt, *, outcome: ReviewOutcome, reference: str, reason: str) -> list[str]:
    """Return what a decision would do, asking the processor now. Raises what `agrees` raises."""
    said = ask_processor(attempt.pk)
    is_agreed = agrees(said.answer, outcome=outcome, key=attempt.key, money=attempt.money)
    return [
        f"{attempt.gateway} now: {said.words}",
        *_explain_outcome(attempt.charge.kind, attempt.money, outcome, reference),
        *([] if is_agreed else [TWO_PEOPLE]),
    ]


def explain_review_terms(terms: Mapping[str, Any]) -> list[str]:
    """Return the terms of a decision in words."""
    charge = Charge.objects.get(public_id=terms["charge"])
    money = Money(terms["amount_minor"], terms["currency"])
    test = "" if terms["livemode"] else " It is test money."
    return [
        f"{charge.name}, {money}, {charge.get_status_display().lower()}.{test}",
        f"When it was asked for, the processor said: {_write_said(terms)}",
        *_explain_outcome(terms["kind"], money, ReviewOutcome(terms["outcome"]), terms["reference"]),
        "The processor is asked once more. With another answer than that, the request is void.",
    ]


def _explain_outcome(kind: str, money: Money, outcome: ReviewOutcome, reference: str) -> list[str]:
    if outcome == ReviewOutcome.CAPTURED:
        return [f"{money} {MOVED[kind]}. The processor's name of it is {reference}."]
    if outcome == ReviewOutcome.NOT_CAPTURED:
        return [
            "The attempt counts as declined: nothing is booked, and the money is asked for again under "
            "another key if the retries of the charge allow it."
        ]
    return ["Nothing is booked. The processor is asked again as for any attempt without an answer."]


def _write_said(terms: Mapping[str, Any]) -> str:
    if terms["said"] == NO_ANSWER:
        return "nothing; it could not be asked."
    minor, currency = terms["said_minor"], terms["said_currency"]
    money = "an unknown amount" if minor is None else Money(minor, currency)
    answer = Verdict(terms["said"])
    return WORDS[answer].format(
        money=money, reference=terms["said_reference"] or "(none)", message="see the attempt"
    )


def tell_review(result: AttemptReview | Any) -> str:
    """Return what became of a decision."""
    if isinstance(result, AttemptReview):
        return f"It is settled: {result.get_outcome_display().lower()}."
    return "Nothing has changed yet: another person has to approve it."


def ask_about(terms: Mapping[str, Any]) -> Said:
    """Return what the processor says now of the attempt that a request is about."""
    return ask_processor(Attempt.objects.get(key=terms["attempt"]).pk)
