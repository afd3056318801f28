"""What follows from definite answers: attempts, charges, ledger and subscriptions in one transaction.

Written for many answers at once; one answer is a batch of one, so there is one set of rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from charges.collection.locking import OpenAttempt, lock_attempts
from charges.collection.post_receivables import Outcome, enter_outcomes
from charges.collection.retries import plan_retry
from charges.history import SYSTEM
from charges.models import Attempt, AttemptState, Charge, ChargeKind, ChargeStatus, StatusChange
from core import clock
from core.bulk import insert_rows, update_rows, without_waiting
from core.keys import charge_reference
from core.transitions import sources_of
from gateway.base import Answer, Verdict
from ledger.models import AccountKind, TransactionKind
from ledger.services import AccountRef, Journal, Posting

CLEARING = AccountRef(AccountKind.BUYER_CLEARING)
REVENUE = AccountRef(AccountKind.COMMISSION_REVENUE)
POSTED_AS = {
    ChargeKind.CHARGE: TransactionKind.COLLECTION,
    ChargeKind.DISBURSEMENT: TransactionKind.DISBURSEMENT,
    ChargeKind.REFUND: TransactionKind.REFUND,
}
SETTLEABLE = sources_of(Attempt.succeed)
COLLECTABLE = sources_of(Charge.succeed)
ATTEMPT_FIELDS = ("state", "check_at", "resolved_at", "gateway_reference", "code", "hard", "message")
CHARGE_FIELDS = (
    "status",
    "collect_at",
    "finished_at",
    "failure_code",
    "failure_message",
    "first_declined_at",
    "failure_count",
    "updated_at",
)

log = structlog.get_logger(__name__)


class Settled(NamedTuple):
    """What a subscription has to know about the payment of one of its periods, or of the rest of its invoice.

    The rest has no period; `due_at` says which it is for.
    """

    subscription_id: int
    charge_id: int
    period: int | None
    status: ChargeStatus
    at: datetime
    due_at: datetime
    retry_at: datetime | None = None


@dataclass(slots=True)
class Books:
    """The rows that a batch of answers leads to, collected before anything is written."""

    now: datetime
    attempts: list[Sequence[Any]] = field(default_factory=list)
    charges: list[Sequence[Any]] = field(default_factory=list)
    history: list[Sequence[Any]] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def write(self) -> None:
        """Write each table with one statement."""
        journal = Journal(self.postings)
        # History before charges: the foreign key finds the charge locked, and need not lock its new version.
        insert_rows(
            StatusChange,
            ("charge", "from_status", "to_status", "actor", "reason", "created_at"),
            self.history,
        )
        update_rows(Attempt, ATTEMPT_FIELDS, self.attempts)
        update_rows(Charge, CHARGE_FIELDS, self.charges)
        journal.write()


def settle_answers(answers: Mapping[int, Answer]) -> None:
    """Apply gateways' answers by attempt id; what is settled already stays as it is."""
    with transaction.atomic(durable=True):
        # The layer above is named in the settings, because this one may not import it.
        follower = import_string(settings.SETTLEMENT_FOLLOWER)(answers)
        books = Books(now=clock.now())
        for attempt in lock_attempts(answers):
            _enter_answer(books, attempt, answers[attempt.id])
        if books.outcomes:
            enter_outcomes(books.outcomes)
        with without_waiting():
            books.write()
            follower.follow(books.settled)


def _enter_answer(books: Books, attempt: OpenAttempt, answer: Answer) -> None:
    if attempt.state not in SETTLEABLE:
        _compare(attempt, answer)
    elif answer.verdict == Verdict.DECLINED:
        _enter_decline(books, attempt, answer)
    elif answer.verdict == Verdict.APPROVED:
        doubt = _find_doubt(attempt, answer)
        if doubt:
            log.error("capture needs review", attempt=attempt.key, reason=doubt)
            books.attempts.append(_attempt_row(attempt, AttemptState.NEEDS_REVIEW, message=doubt))
        else:
            _enter_capture(books, attempt, answer)


def _compare(attempt: OpenAttempt, answer: Answer) -> None:
    known = {Verdict.APPROVED: AttemptState.SUCCEEDED, Verdict.DECLINED: AttemptState.DECLINED}
    if known.get(answer.verdict, attempt.state) != attempt.state:
        log.error("gateway contradicts itself", attempt=attempt.key, verdict=answer.verdict)


def _find_doubt(attempt: OpenAttempt, answer: Answer) -> str:
    """Say why an approval cannot be believed: it must be about our key and amount, and still be wanted."""
    if (answer.key, answer.money) != (attempt.key, attempt.money):
        return f"The gateway answered about {answer.key} and {answer.money}."
    if attempt.charge_status not in COLLECTABLE:
        return f"The gateway captured the money, but the charge is {attempt.charge_status}."
    return ""


def _enter_capture(books: Books, attempt: OpenAttempt, answer: Answer) -> None:
    at = max(attempt.sent_at, books.now)
    books.attempts.append(
        _attempt_row(attempt, AttemptState.SUCCEEDED, resolved_at=at, reference=answer.reference)
    )
    books.charges.append(
        (
            attempt.charge_id,
            ChargeStatus.SUCCESS,
            None,
            at,
            "",
            attempt.failure_message,
            attempt.first_declined_at,
            attempt.failure_count,
            at,
        )
    )
    books.history.append((attempt.charge_id, attempt.charge_status, ChargeStatus.SUCCESS, SYSTEM, "", at))
    books.postings.append(_book_money(attempt, at))
    if attempt.entered_as:
        books.outcomes.append(Outcome(attempt.charge_id, attempt.id, is_captured=True))
    _tell_subscription(books, attempt, ChargeStatus.SUCCESS, at)


def _enter_decline(books: Books, attempt: OpenAttempt, answer: Answer) -> None:
    at = max(attempt.sent_at, books.now)
    books.attempts.append(
        _attempt_row(
            attempt,
            AttemptState.DECLINED,
            resolved_at=at,
            code=answer.code[:40],
            hard=answer.hard,
            message=answer.message[:255],
        )
    )
    if attempt.charge_status not in COLLECTABLE:
        return
    retry_at = plan_retry(attempt, at=at, hard=answer.hard)
    status = ChargeStatus.PROCESSED if retry_at else ChargeStatus.FAILED
    code, message = answer.code[:40], answer.message[:255]
    books.charges.append(
        (
            attempt.charge_id,
            status,
            retry_at,
            None if retry_at else at,
            code,
            message,
            attempt.first_declined_at or at,
            attempt.failure_count + 1,
            at,
        )
    )
    if retry_at is None:
        books.history.append((attempt.charge_id, attempt.charge_status, status, SYSTEM, message, at))
    if attempt.entered_as:
        books.outcomes.append(Outcome(attempt.charge_id, attempt.id, is_captured=False))
    _tell_subscription(books, attempt, status, at, retry_at)


def _attempt_row(
    attempt: OpenAttempt,
    state: AttemptState,
    *,
    resolved_at: datetime | None = None,
    reference: str | None = None,
    code: str = "",
    hard: bool = False,
    message: str = "",
) -> Sequence[Any]:
    return (attempt.id, state, None, resolved_at, reference, code, hard, message[:255])


def _book_money(attempt: OpenAttempt, at: datetime) -> Posting:
    kind = ChargeKind(attempt.kind)
    return Posting(
        kind=POSTED_AS[kind],
        reference=charge_reference(attempt.charge_public_id),
        description=attempt.name,
        livemode=attempt.livemode,
        currency=attempt.currency,
        moves=_share(kind, attempt),
        at=at,
    )


def _share(kind: ChargeKind, attempt: OpenAttempt) -> dict[AccountRef, int]:
    """Clearing receives the total, seller and commission are owed their shares; or the other way round."""
    total, commission = attempt.amount_minor, attempt.commission_minor
    if kind != ChargeKind.CHARGE:
        total, commission = -total, -commission
    return {
        CLEARING: total,
        AccountRef(AccountKind.SELLER_PAYABLE, attempt.payee_id): commission - total,
        REVENUE: -commission,
    }


def _tell_subscription(
    books: Books,
    attempt: OpenAttempt,
    status: ChargeStatus,
    at: datetime,
    retry_at: datetime | None = None,
) -> None:
    if attempt.kind == ChargeKind.REFUND:
        return
    if attempt.subscription_id is not None and attempt.due_at is not None:
        books.settled.append(
            Settled(
                subscription_id=attempt.subscription_id,
                charge_id=attempt.charge_id,
                period=attempt.period,
                status=status,
                at=at,
                due_at=attempt.due_at,
                retry_at=retry_at,
            )
        )
