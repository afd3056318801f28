"""The operations of the sandbox's books: making them, and what is answered about them."""

import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings

from core import clock
from core.money import Money
from gateway.hints import DisputeReport, DisputeStatus
from gateway.movements import SOURCE, Answer, Booking, Movement, MovementKind, Verdict
from gateway.sandbox_behaviours import DECLINES, DISPUTE, SLOW_DEBIT, TRAITS
from gateway.sandbox_store import Operation

DELAYS = {"late": timedelta(minutes=1), SLOW_DEBIT: timedelta(days=3)}
DEBIT_PATIENCE = timedelta(days=14)
BUYER_PATIENCE = timedelta(days=7)
DISPUTED_AFTER = timedelta(days=1)
EVIDENCE_TIME = timedelta(days=14)
MONEY_ARRIVES_AFTER = timedelta(days=2)
DISPUTE_FEE_MINOR = 1_500


def make_approval(movement: Movement, behaviour: str = "approve", *, refunds: str = "") -> Operation:
    """Return an operation that moves money, at once or later."""
    code = behaviour if behaviour in TRAITS else ""
    after = DELAYS.get(behaviour, timedelta())
    extra = 1 if behaviour == "wrong_amount" else 0
    return make_operation(movement, Verdict.APPROVED, code, refunds=refunds, after=after, extra_minor=extra)


def make_decline(movement: Movement, behaviour: str) -> Operation:
    """Return an operation that moved nothing, for the reason that this behaviour has."""
    return make_operation(movement, Verdict.DECLINED, *DECLINES[behaviour])


def make_operation(
    movement: Movement,
    verdict: Verdict,
    code: str = "",
    hard: bool = False,
    message: str = "",
    *,
    refunds: str = "",
    after: timedelta = timedelta(),
    extra_minor: int = 0,
) -> Operation:
    """Return an operation for the books, with a new reference."""
    return Operation(
        key=movement.key,
        kind=movement.kind,
        verdict=verdict,
        reference=f"sbx_{secrets.token_hex(12)}",
        amount_minor=movement.money.amount_minor + extra_minor,
        currency=movement.money.currency,
        code=code,
        hard=hard,
        message=message,
        refunds=refunds,
        done_at=(clock.now() + after).timestamp(),
    )


def answer_about(operation: Operation, *, buyer_url: str = "") -> Answer:
    """Return what the sandbox says about an operation now."""
    if _is_open(operation):
        return Answer(Verdict.PENDING, operation.key, patience=_read_patience(operation))
    verdict = Verdict(operation.verdict)
    money = Money(operation.amount_minor, operation.currency)
    is_approved = verdict == Verdict.APPROVED
    return Answer(
        verdict=verdict,
        key=operation.key.partition("#")[0],
        reference=operation.reference,
        money=money,
        code="" if is_approved else operation.code,
        hard=bool(operation.hard),
        message=operation.message,
        patience=BUYER_PATIENCE if verdict == Verdict.NEEDS_BUYER else _read_patience(operation),
        buyer_url=buyer_url,
        fee=_compute_fee(money) if is_approved else None,
        available_on=_read_done_at(operation) + MONEY_ARRIVES_AFTER if is_approved else None,
    )


def has_happened(operation: Operation) -> bool:
    """Say whether a request has arrived; a debit that takes days has arrived from the first moment on."""
    return operation.code == SLOW_DEBIT or not _is_open(operation)


def refuse(movement: Movement, code: str, message: str) -> Answer:
    """Return a hard decline that is not kept in the books."""
    return Answer(Verdict.DECLINED, movement.key, code=code, hard=True, message=message)


def refuse_source(movement: Movement) -> Answer:
    """Return the decline of a card or bank account that the sandbox does not know by its name."""
    return refuse(movement, "invalid_source", f"Invalid payment_uri {movement.token.removeprefix(SOURCE)}")


def is_disputed(capture: Operation) -> bool:
    """Say whether the payer's bank has taken a capture back by now."""
    return capture.code == DISPUTE and _read_done_at(capture) + DISPUTED_AFTER <= clock.now()


def report_dispute(capture: Operation) -> DisputeReport:
    """Return the dispute of a capture; the sandbox leaves it open."""
    return DisputeReport(
        reference=f"dp_{capture.reference}",
        capture=capture.reference,
        status=DisputeStatus.OPENED,
        money=Money(capture.amount_minor, capture.currency),
        fee=Money(DISPUTE_FEE_MINOR, capture.currency),
        reason="fraudulent",
        evidence_due_by=_read_done_at(capture) + DISPUTED_AFTER + EVIDENCE_TIME,
    )


def book(operation: Operation) -> Booking:
    """Return the line of an operation in the sandbox's list."""
    money = Money(operation.amount_minor, operation.currency)
    return Booking(
        name=operation.reference,
        reference=operation.reference,
        money=money if operation.kind == MovementKind.CHARGE else -money,
        moved_at=_read_done_at(operation),
        fee=_compute_fee(money),
    )


def _is_open(operation: Operation) -> bool:
    return operation.verdict == Verdict.APPROVED and operation.done_at > clock.now().timestamp()


def _read_patience(operation: Operation) -> timedelta:
    return DEBIT_PATIENCE if operation.code == SLOW_DEBIT else timedelta(days=1)


def _read_done_at(operation: Operation) -> datetime:
    return datetime.fromtimestamp(operation.done_at, UTC)


def _compute_fee(money: Money) -> Money | None:
    basis_points = settings.SANDBOX_FEE_BASIS_POINTS
    if not basis_points:
        return None
    return Money((money.amount_minor * basis_points + 5_000) // 10_000, money.currency)
