"""Deciding what became of an attempt that needs review: by one person with the processor, else by two."""

from dataclasses import replace
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from approvals.four_eyes import approve, check_reason, name_staff, request_approval, take_approval
from approvals.models import Approval, ApprovalAct, ApprovalStatus
from charges.attempt_review.asking import Said
from charges.attempt_review.ruling import agrees
from charges.attempt_review.terms import name_subject, work_out_terms
from charges.collection.locking import lock_attempts
from charges.collection.outcome_types import Change
from charges.collection.outcomes import work_out_change
from charges.collection.settle import SettlementListener, make_listener, write_changes
from charges.errors import NothingToReview, WrongState
from charges.models import Attempt, AttemptReview, AttemptState, ReviewOutcome
from charges.rows import LockedAttempt
from core import clock
from core.errors import InvalidField
from core.texts import check_text
from core.transitions import take_transition
from gateway.movements import Answer, Verdict

MAX_REFERENCE = 120
NOT_CAPTURED = "not_captured"
FOUND_OUT = "Staff found out that no money has moved."


class Decision(NamedTuple):
    """What somebody found out of an attempt, beside what the processor says."""

    outcome: ReviewOutcome
    reference: str
    reason: str
    actor: str
    said: Said
    agrees: bool


@transaction.atomic
def review_attempt(
    *,
    attempt_id: int,
    outcome: ReviewOutcome,
    reference: str = "",
    reason: str,
    said: Said,
    requested_by: User,
) -> AttemptReview | Approval:
    """Record what a person found out of an attempt that needs review, with all that follows from it.

    `said` is what the processor answered just now, asked outside of this transaction. Unless it says the
    same, nothing changes until a second person approves it; then the approval is returned. Raises
    NothingToReview, NotDecidedYet, ProcessorHasTheMoney, WrongState, AlreadyRequested, InvalidField.
    """
    row, listener = _lock(attempt_id)
    if row.attempt.state != AttemptState.NEEDS_REVIEW:
        raise NothingToReview
    decision = Decision(
        outcome=outcome,
        reference=_check_reference(row, reference, outcome=outcome, said=said),
        reason=check_reason(reason),
        actor=name_staff(requested_by),
        said=said,
        agrees=agrees(said.answer, outcome=outcome, key=row.attempt.key, money=row.attempt.money),
    )
    change = _work_out(row, decision)
    if decision.agrees:
        return _write(row, decision, change, listener)
    return request_approval(
        act=ApprovalAct.REVIEW,
        subject=name_subject(row),
        terms=work_out_terms(row, said, outcome=outcome, reference=decision.reference),
        requested_by=requested_by,
        reason=reason,
    )


@transaction.atomic
def approve_review(approval: Approval, *, decided_by: User, said: Said) -> Approval:
    """Approve a decision and carry it out, as another person than who asked; return the approval as it is.

    `said` is what the processor answers now. The request is void, and nothing has changed, if that is
    another answer than before or the attempt is decided. Raises what `approvals.four_eyes.approve` raises.
    """
    attempt_id = Attempt.objects.get(key=approval.details["attempt"]).pk
    row, listener = _lock(attempt_id)
    outcome = ReviewOutcome(approval.details["outcome"])
    reference = approval.details["reference"]
    terms = work_out_terms(row, said, outcome=outcome, reference=reference)
    decided = approve(approval=approval, decided_by=decided_by, terms=terms)
    if decided.status == ApprovalStatus.APPROVED:
        asked_by = decided.requested_by
        actor = name_staff(asked_by) if asked_by else ""
        decision = Decision(outcome, reference, decided.reason, actor, said, agrees=False)
        used = take_approval(act=ApprovalAct.REVIEW, subject=decided.subject, terms=terms)
        _write(row, decision, _work_out(row, decision), listener, approval=used)
        decided.refresh_from_db()
    return decided


def _lock(attempt_id: int) -> tuple[LockedAttempt, SettlementListener]:
    """Lock subscription, charge and attempt, in this order. Raises NothingToReview."""
    listener = make_listener(attempt_ids=[attempt_id])
    rows = lock_attempts([attempt_id])
    if not rows:
        raise NothingToReview
    return rows[0], listener


def _check_reference(row: LockedAttempt, reference: str, *, outcome: ReviewOutcome, said: Said) -> str:
    """Return the processor's name of money that has moved. Raises InvalidField without one."""
    if outcome != ReviewOutcome.CAPTURED:
        return ""
    reference = check_text("reference", reference, MAX_REFERENCE, is_code=True)
    if not reference:
        raise InvalidField("reference", "must be the processor's name of the money that has moved")
    told = said.answer.reference if said.answer and said.answer.verdict == Verdict.APPROVED else ""
    if told and told != reference:
        raise InvalidField("reference", f"must be {told}, as the processor says")
    mine = Attempt.objects.filter(pk=row.attempt.id)
    named = Attempt.objects.filter(gateway__in=mine.values("gateway"), gateway_reference=reference)
    if named.exclude(pk=row.attempt.id).exists():
        raise InvalidField("reference", "is that of another attempt")
    return reference


def _work_out(row: LockedAttempt, decision: Decision) -> Change:
    """Return what changes. Raises WrongState when the charge cannot take it."""
    if decision.outcome == ReviewOutcome.ASK_AGAIN:
        state = take_transition(row.attempt.state, Attempt.ask_again)
        return Change(row.attempt._replace(state=state, check_at=clock.now()))
    change = work_out_change(row, _make_answer(row, decision), clock.now())
    if change is None:
        raise WrongState(row.charge.status)
    return change


def _make_answer(row: LockedAttempt, decision: Decision) -> Answer:
    """Return the answer that a processor would have given."""
    told = decision.said.answer if decision.agrees else None
    if decision.outcome == ReviewOutcome.CAPTURED:
        if told is not None:
            return replace(told, reference=decision.reference)
        key, money = row.attempt.key, row.attempt.money
        return Answer(Verdict.APPROVED, key, reference=decision.reference, money=money)
    if told is not None and told.verdict == Verdict.DECLINED:
        return told
    message = told.message if told else ""
    return Answer(Verdict.DECLINED, row.attempt.key, code=NOT_CAPTURED, message=message or FOUND_OUT)


def _write(
    row: LockedAttempt,
    decision: Decision,
    change: Change,
    listener: SettlementListener,
    *,
    approval: Approval | None = None,
) -> AttemptReview:
    """Write the decision and all that follows from it."""
    review = AttemptReview.objects.create(
        attempt_id=row.attempt.id,
        subject=approval.subject if approval else name_subject(row),
        outcome=decision.outcome,
        reference=decision.reference,
        said=decision.said.words[:255],
        agrees=decision.agrees,
        approval=approval,
        reason=decision.reason,
        actor=decision.actor,
    )
    write_changes([change], listener, actor=decision.actor)
    return review
