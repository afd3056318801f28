"""The changes that follow from each outcome of an attempt, as pure functions. Amounts are cents, times UTC.

`charges.collection.settle` locks the rows, asks `work_out_change`, and writes what it returns.
"""

from collections.abc import Callable
from datetime import datetime

from charges.collection.contradictions import find_doubt, is_return
from charges.collection.outcome_moves import find_move
from charges.collection.outcome_postings import enter, post_money, tell_subscription
from charges.collection.outcome_types import (
    Change,
    Contradiction,
    NeverSent,
    NoAnswer,
    Outcome,
    RefusedHere,
    Stopped,
    name_void,
)
from charges.collection.retries import find_check_delay, plan_resend, plan_retry
from charges.fees.record import read_fee
from charges.models import Attempt, AttemptState, Charge, ChargeKind
from charges.rows import AttemptRow, ChargeMove, ChargeRow, LockedAttempt
from core.transitions import Move, sources_of, take_transition
from gateway.movements import Answer, Verdict
from ledger import postings
from ledger.postings import Posting

GIVEN_UP = "It was given up before it was sent."
GIVEN_UP_CODE = "cancelled"
UNDECIDED = "The gateway has not decided yet."
POSTED_AS: dict[str, Callable[..., Posting]] = {
    ChargeKind.CHARGE: postings.sale,
    ChargeKind.REFUND: postings.refund,
    ChargeKind.DISBURSEMENT: postings.disbursement,
}
REFUND_RETURNED = postings.refund_returned
CAME_BACK_CODE = "refund_returned"
CAME_BACK = "The bank sent the refund back."
NOT_CONFIRMED = "The payment was not confirmed in time."
CONFIRM_CODE = "authentication_required"
CONFIRM_MESSAGE = "The bank asks the payer to confirm this payment."


def work_out_change(row: LockedAttempt, outcome: Outcome, now: datetime) -> Change | None:
    """Return what an outcome changes; None when the attempt is past the states in which it can."""
    at = max(row.attempt.sent_at, now)
    if isinstance(outcome, Answer) and is_return(row, outcome):
        return came_back(row, outcome, at)
    if row.attempt.state not in sources_of(find_move(outcome)):
        return None
    if isinstance(outcome, NeverSent):
        return not_sent(row, outcome.message, at)
    if isinstance(outcome, RefusedHere):
        return refused_here(row, outcome, at)
    if isinstance(outcome, NoAnswer):
        return silent(row, outcome, at)
    if isinstance(outcome, Stopped):
        return stopped(row, outcome, at)
    if isinstance(outcome, Contradiction):
        return doubtful(row, outcome.message)
    return answered(row, outcome, at)


def answered(row: LockedAttempt, answer: Answer, at: datetime) -> Change | None:
    """The gateway said something about the attempt."""
    if answer.verdict == Verdict.DECLINED:
        return declined(row, answer, at)
    if answer.verdict == Verdict.VOID:
        is_waiting = row.attempt.state == AttemptState.AWAITING_BUYER
        reference = row.attempt.gateway_reference or ""
        return stopped(row, name_void(answer, reference=reference, awaits_payer=is_waiting), at)
    if answer.verdict == Verdict.NEEDS_BUYER:
        return awaiting_buyer(row, answer, at)
    if answer.verdict != Verdict.APPROVED:
        return undecided(row, answer, at)
    doubt = find_doubt(row, answer)
    if not doubt:
        return captured(row, answer, at)
    return doubtful(row, doubt) if row.attempt.state in sources_of(Attempt.need_review) else None


def undecided(row: LockedAttempt, answer: Answer, at: datetime) -> Change:
    """The gateway is at work: its reference is kept, so that its hints are understood."""
    reference = row.attempt.gateway_reference or answer.reference or None
    known = row._replace(attempt=row.attempt._replace(gateway_reference=reference))
    return unknown(known, UNDECIDED, at + find_check_delay(row.attempt.checks))


def captured(row: LockedAttempt, answer: Answer, at: datetime) -> Change:
    """The gateway moved the money: the charge is a success, and the ledger, receivables and period follow."""
    charge = row.charge._replace(
        status=take_transition(row.charge.status, Charge.succeed),
        collect_at=None,
        finished_at=at,
        failure_code="",
        updated_at=at,
    )
    return Change(
        attempt=_resolve(row.attempt, Attempt.succeed, at, reference=answer.reference),
        charge=ChargeMove(row.charge, charge),
        posting=post_money(row, at, POSTED_AS[row.charge.kind]),
        receivable=enter(row, is_captured=True),
        payment=tell_subscription(charge, at, is_paid=True),
        fee=None if row.attempt.on_own_account else read_fee(row, answer, at),
    )


def came_back(row: LockedAttempt, answer: Answer, at: datetime) -> Change:
    """A refund that was paid is with the processor again: it has failed, and all that it did is undone."""
    message = (answer.message or CAME_BACK)[:255]
    charge = row.charge._replace(
        status=take_transition(row.charge.status, Charge.come_back),
        finished_at=at,
        failure_code=(answer.code or CAME_BACK_CODE)[:40],
        failure_message=message,
        updated_at=at,
    )
    return Change(
        attempt=_resolve(row.attempt, Attempt.come_back, at, code=charge.failure_code, message=message),
        charge=ChargeMove(row.charge, charge, reason=message),
        posting=post_money(row, at, REFUND_RETURNED),
        receivable=enter(row, is_captured=False),
    )


def declined(row: LockedAttempt, answer: Answer, at: datetime) -> Change:
    """The gateway moved no money: the charge is tried again by its policy, or fails."""
    attempt = _resolve(
        row.attempt, Attempt.decline, at, code=answer.code, hard=answer.hard, message=answer.message
    )
    if row.charge.status not in sources_of(Charge.fail):
        return Change(attempt)
    failed = attempt_failed(row.charge, code=answer.code, message=answer.message, at=at, hard=answer.hard)
    return failed._replace(attempt=attempt, receivable=enter(row, is_captured=False))


def refused_here(row: LockedAttempt, refusal: RefusedHere, at: datetime) -> Change | None:
    """We refused to send it, which is a decline only while nobody else can have sent it.

    After a resolver took the attempt over, the processor may be moving the money: its answer counts.
    """
    if row.attempt.state != AttemptState.SENDING or row.attempt.checks:
        return None
    answer = Answer(Verdict.DECLINED, row.attempt.key, code=refusal.code, message=refusal.message)
    return declined(row, answer, at)


def not_sent(row: LockedAttempt, message: str, at: datetime) -> Change:
    """The request provably never left, so the attempt is void and the charge may have another.

    Where retries are counted this counts as a failure. Elsewhere it is none of the payer's, and the charge
    is collected a little later. After a resolver took the attempt over, it proves nothing about what was
    sent before: then the outcome is unknown.
    """
    if row.attempt.checks:
        return unknown(row, message, at + find_check_delay(row.attempt.checks))
    return nothing_moved(row, _resolve(row.attempt, Attempt.void, at, message=message), at)


def stopped(row: LockedAttempt, outcome: Stopped, at: datetime) -> Change:
    """The gateway promises that nothing moves any more, so the charge may have another attempt.

    A payer who did not confirm in time is not asked again by the calendar; another card pays at once. What
    was said before the attempt got its present reference says nothing of that.
    """
    if outcome.reference != (row.attempt.gateway_reference or ""):
        return unknown(row, outcome.message, at + find_check_delay(row.attempt.checks))
    attempt = _resolve(row.attempt, Attempt.stop, at, message=outcome.message)
    is_ended = row.charge.status not in sources_of(Charge.fail) or row.charge.given_up_at is not None
    if outcome.is_replaced and not is_ended:
        after = row.charge._replace(collect_at=at, failure_code="", failure_message="")
        return Change(attempt, ChargeMove(row.charge, after))
    if is_ended or row.attempt.state != AttemptState.AWAITING_BUYER:
        return nothing_moved(row, attempt, at)
    failed = attempt_failed(row.charge, code=CONFIRM_CODE, message=NOT_CONFIRMED, at=at, hard=True)
    return failed._replace(attempt=attempt, receivable=enter(row, is_captured=False))


def nothing_moved(row: LockedAttempt, attempt: AttemptRow, at: datetime) -> Change:
    """An attempt is void: its charge ends if it is not wanted any more, else it is collected again."""
    if row.charge.status not in sources_of(Charge.fail):
        return Change(attempt)
    if row.charge.given_up_at is not None:
        move = given_up(row.charge, GIVEN_UP, at, keeps_failure=True)
        return Change(attempt, move, payment=tell_subscription(move.after, at, is_paid=False))
    if row.charge.retry_limit is not None:
        failed = attempt_failed(row.charge, code="not_sent", message=attempt.message, at=at)
        return failed._replace(attempt=attempt)
    collect_at = plan_resend(row.attempt.number, at=at)
    return Change(attempt, ChargeMove(row.charge, row.charge._replace(collect_at=collect_at)))


def awaiting_buyer(row: LockedAttempt, answer: Answer, at: datetime) -> Change:
    """The payer's bank wants the payer to confirm: nothing is retried, and the charge says so."""
    attempt = row.attempt._replace(
        state=take_transition(row.attempt.state, Attempt.await_buyer),
        message=CONFIRM_MESSAGE,
        gateway_reference=row.attempt.gateway_reference or answer.reference or None,
        check_at=at + find_check_delay(row.attempt.checks),
    )
    is_told = row.charge.failure_code == CONFIRM_CODE and row.charge.collect_at is None
    if is_told or row.charge.status not in sources_of(Charge.fail):
        return Change(attempt)
    after = row.charge._replace(
        collect_at=None, failure_code=CONFIRM_CODE, failure_message=CONFIRM_MESSAGE, updated_at=at
    )
    decided_by = row.attempt.sent_at + answer.patience
    payment = tell_subscription(after._replace(collect_at=decided_by), at, is_paid=False)
    return Change(attempt, ChargeMove(row.charge, after), payment=payment)


def silent(row: LockedAttempt, outcome: NoAnswer, at: datetime) -> Change:
    """Nothing came back: what waits for the payer goes on waiting, anything else is unknown."""
    if row.attempt.state == AttemptState.AWAITING_BUYER:
        return Change(row.attempt._replace(message=outcome.message[:255], check_at=at + outcome.delay))
    return unknown(row, outcome.message, at + outcome.delay)


def unknown(row: LockedAttempt, message: str, check_at: datetime) -> Change:
    """No definite answer: the gateway is asked about our key at `check_at`."""
    state = take_transition(row.attempt.state, Attempt.lose_track)
    return Change(row.attempt._replace(state=state, message=message[:255], check_at=check_at))


def doubtful(row: LockedAttempt, message: str) -> Change:
    """The answers contradict each other: only a person can find out, and nothing is sent again."""
    state = take_transition(row.attempt.state, Attempt.need_review)
    return Change(row.attempt._replace(state=state, message=message[:255], check_at=None))


def attempt_failed(
    charge: ChargeRow, *, code: str, message: str, at: datetime, hard: bool = False, final: bool = False
) -> Change:
    """An attempt failed, or was not allowed: the charge is tried again by its policy, or fails for good.

    After a hard failure nothing is tried again by days; after a final one nothing at all.
    """
    retry_at = None if final else plan_retry(charge, at=at, hard=hard)
    after = charge._replace(
        collect_at=retry_at,
        failure_code=code[:40],
        failure_message=message[:255],
        failure_count=charge.failure_count + 1,
        first_declined_at=charge.first_declined_at or at,
        updated_at=at,
    )
    if retry_at is None:
        after = after._replace(status=take_transition(charge.status, Charge.fail), finished_at=at)
    move = ChargeMove(charge, after, reason=after.failure_message)
    return Change(charge=move, payment=tell_subscription(after, at, is_paid=False))


def given_up(charge: ChargeRow, reason: str, at: datetime, *, keeps_failure: bool = False) -> ChargeMove:
    """A charge that is not wanted any more fails; if asked, why an attempt failed before stays its message.

    Raises TransitionNotAllowed for one that has ended.
    """
    failed_before = charge.failure_message if keeps_failure and charge.failure_count else ""
    after = charge._replace(
        status=take_transition(charge.status, Charge.fail),
        collect_at=None,
        finished_at=at,
        failure_code=GIVEN_UP_CODE,
        failure_message=failed_before or reason[:255],
        given_up_at=charge.given_up_at or at,
        updated_at=at,
    )
    return ChargeMove(charge, after, reason=reason[:255])


def _resolve(
    attempt: AttemptRow,
    move: Move,
    at: datetime,
    *,
    reference: str | None = None,
    code: str = "",
    hard: bool = False,
    message: str = "",
) -> AttemptRow:
    return attempt._replace(
        state=take_transition(attempt.state, move),
        check_at=None,
        resolved_at=at,
        gateway_reference=reference or attempt.gateway_reference,
        code=code[:40],
        hard=hard,
        message=message[:255],
    )
