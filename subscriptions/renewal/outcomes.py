"""The changes of a subscription that follow from the payment of a period, as pure functions. UTC."""

from datetime import datetime
from typing import Any

from charges.rows import PeriodPayment
from core.transitions import Move, sources_of, take_transition
from subscriptions.models import RUNNING, Subscription
from subscriptions.rows import SubscriptionMove, SubscriptionRow, start_of


def apply_payment(row: SubscriptionRow, payment: PeriodPayment) -> SubscriptionMove | None:
    """Return what a payment that arrived or failed changes; None for a subscription that no longer runs.

    One that was cancelled or frozen meanwhile stays so: the money is booked, and nothing goes on.
    """
    if row.status not in RUNNING:
        return None
    if payment.is_paid:
        return period_paid(row, payment)
    return period_failed(row, payment)


def period_paid(row: SubscriptionRow, payment: PeriodPayment) -> SubscriptionMove:
    """A period is paid: the dates that clients read move on, and what waited for it becomes due.

    With the last period of an agreed length the subscription expires.
    """
    reason = f"The period from {payment.due_at.date()} is paid."
    changes: dict[str, Any] = {
        "status": _move_on(row.status, Subscription.get_paid),
        "updated_at": payment.at,
    }
    current = row.current_charge_at
    if payment.period is not None and (current is None or current < payment.due_at):
        changes["current_charge_at"] = payment.due_at
        changes["next_charge_at"] = start_of(row, payment.period + 1)
    if row.waits_for_payment and row.held_at is None:
        changes["due_at"] = start_of(row, row.period)
    elif _is_last(row) and payment.due_at == start_of(row, row.period - 1):
        return term_completed(row, row._replace(**changes), reason, payment.at)
    return SubscriptionMove(row, row._replace(**changes), reason)


def period_failed(row: SubscriptionRow, payment: PeriodPayment) -> SubscriptionMove:
    """A period is not paid: it is past due while it is tried again, and frozen when that is over.

    Where the next period does not wait for this one, it goes on being billed.
    """
    after = row._replace(updated_at=payment.at)
    if payment.retry_at is not None:
        status = _move_on(row.status, Subscription.fall_behind)
        after = after._replace(status=status, due_at=None if row.waits_for_payment else row.due_at)
    elif row.waits_for_payment:
        after = after._replace(
            status=take_transition(row.status, Subscription.freeze),
            frozen_at=payment.at,
            due_at=None,
            held_at=None,
            held_reason="",
        )
    return SubscriptionMove(row, after, payment.message if after.status != row.status else "")


def term_completed(
    before: SubscriptionRow, after: SubscriptionRow, reason: str, at: datetime
) -> SubscriptionMove:
    """Every period that was agreed is paid: the subscription expires."""
    status = take_transition(before.status, Subscription.expire)
    return SubscriptionMove(
        before, after._replace(status=status, expired_at=at, due_at=None, updated_at=at), reason
    )


def _move_on(status: str, move: Move) -> str:
    """Return the status after a transition that only some statuses make; the others stay."""
    return take_transition(status, move) if status in sources_of(move) else status


def _is_last(row: SubscriptionRow) -> bool:
    return row.length is not None and row.due_at is None and row.held_at is None
