"""What the payment of a period means for its subscription; called in the transaction that settles it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from charges.collection.settle import Settled
from charges.history import SYSTEM
from charges.models import ChargeStatus
from core.bulk import insert_rows, run_query, update_rows, write_array
from core.transitions import sources_of
from subscriptions.models import RUNNING, Subscription, SubscriptionChange, SubscriptionStatus
from subscriptions.schedule import occurrence

COLUMNS = (
    "id",
    "status",
    "anchor_at",
    "anchor_period",
    "period",
    "frequency",
    "interval",
    "due_at",
    "current_charge_at",
    "next_charge_at",
    "frozen_at",
    "waits_for_payment",
    "held_at",
    "held_reason",
    "length",
    "expired_at",
)
CHANGED = (
    "status",
    "due_at",
    "current_charge_at",
    "next_charge_at",
    "frozen_at",
    "expired_at",
    "held_at",
    "held_reason",
    "updated_at",
)
LOCK = f"""
SELECT {", ".join(f'"{name}"' for name in COLUMNS)} FROM subscriptions_subscription
WHERE id IN (
    SELECT c.subscription_id FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
    WHERE a.id = ANY(%s::bigint[])
)
ORDER BY id FOR NO KEY UPDATE
"""
TO_ACTIVE = sources_of(Subscription.get_paid)
TO_PAST_DUE = sources_of(Subscription.fall_behind)
TO_FROZEN = sources_of(Subscription.freeze)


class Follower:
    """Moves subscriptions along with the payment of their periods."""

    def __init__(self, attempt_ids: Collection[int]) -> None:
        """Lock those that these attempts pay for; charges, attempts and accounts are locked afterwards."""
        rows = run_query(LOCK, [write_array(attempt_ids)])
        self._found = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}

    def follow(self, settled: Sequence[Settled]) -> None:
        """Note what these settled or declined period charges mean for their subscriptions."""
        paid = {s.subscription_id: s.at for s in settled}
        found = {pk: self._found[pk] for pk in paid}
        before = {pk: row["status"] for pk, row in found.items()}
        for payment in settled:
            _follow(found[payment.subscription_id], payment)
        update_rows(
            Subscription,
            CHANGED,
            [(pk, *(row[name] for name in CHANGED[:-1]), paid[pk]) for pk, row in found.items()],
        )
        insert_rows(
            SubscriptionChange,
            ("subscription", "from_status", "to_status", "actor", "reason", "created_at"),
            [
                (pk, before[pk], row["status"], SYSTEM, "", paid[pk])
                for pk, row in found.items()
                if row["status"] != before[pk]
            ],
        )


def _follow(row: dict[str, Any], payment: Settled) -> None:
    if row["status"] not in RUNNING:
        return  # Cancelled or frozen while the gateway was at it: the money is booked, nothing goes on.
    if payment.status == ChargeStatus.SUCCESS:
        _extend(row, payment)
    elif payment.retry_at is not None:
        row["status"] = _move(row, TO_PAST_DUE, SubscriptionStatus.PAST_DUE)
        row["due_at"] = None if row["waits_for_payment"] else row["due_at"]
    elif row["waits_for_payment"]:
        row["status"] = _move(row, TO_FROZEN, SubscriptionStatus.FROZEN)
        row["due_at"], row["frozen_at"] = None, payment.at
        row["held_at"], row["held_reason"] = None, ""


def _extend(row: dict[str, Any], payment: Settled) -> None:
    row["status"] = _move(row, TO_ACTIVE, SubscriptionStatus.ACTIVE)
    current = row["current_charge_at"]
    if payment.period is not None and (current is None or current < payment.due_at):
        row["current_charge_at"] = payment.due_at
        row["next_charge_at"] = _start_of(row, payment.period + 1)
    if row["waits_for_payment"] and row["held_at"] is None:
        row["due_at"] = _start_of(row, row["period"])
    elif row["length"] is not None and row["due_at"] is None and _is_of_newest_period(row, payment):
        row["status"], row["expired_at"] = SubscriptionStatus.EXPIRED, payment.at


def _is_of_newest_period(row: dict[str, Any], payment: Settled) -> bool:
    return payment.due_at == _start_of(row, row["period"] - 1)


def _move(row: dict[str, Any], sources: frozenset[str], target: str) -> str:
    return target if row["status"] in sources else row["status"]


def _start_of(row: dict[str, Any], period: int) -> datetime:
    number = period - row["anchor_period"]
    return occurrence(row["anchor_at"], number, row["frequency"], row["interval"])
