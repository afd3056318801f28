"""The events of subscriptions: which change of a subscription is told, and how."""

from collections.abc import Sequence
from datetime import datetime

from events.types import ObjectType
from events.writer import NewEvent, describe_event, write_events
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.rows import SubscriptionMove, SubscriptionRow, read_subscription

CREATED = "created"
HELD = "held"
CHANGED = "changed"
RENEWED = "renewed"
ENDING = "ending"
KEPT = "kept"
VERBS = {
    SubscriptionStatus.ACCEPTED: "accepted",
    SubscriptionStatus.DECLINED: "declined",
    SubscriptionStatus.PROCESSED: "activated",
    SubscriptionStatus.ACTIVE: RENEWED,
    SubscriptionStatus.PAST_DUE: "past_due",
    SubscriptionStatus.FROZEN: "frozen",
    SubscriptionStatus.CANCELLED: "cancelled",
    SubscriptionStatus.EXPIRED: "expired",
}


def find_verb(move: SubscriptionMove) -> str | None:
    """Return in one word what a change means to those who follow a subscription; None for nothing."""
    before, after = move.before, move.after
    if before.status != after.status:
        return VERBS[SubscriptionStatus(after.status)]
    if after.held_at is not None and before.held_at is None:
        return HELD
    if after.current_charge_at != before.current_charge_at:
        return RENEWED
    if after.cancel_at != before.cancel_at:
        return KEPT if after.cancel_at is None else ENDING
    return CHANGED if move.reason else None


def number_events(moves: Sequence[SubscriptionMove]) -> list[SubscriptionMove]:
    """Return changes with the number of each that is told; several of one subscription follow each other."""
    counts: dict[int, int] = {}
    numbered = []
    for move in moves:
        count = counts.get(move.before.id, move.before.event_count) + (find_verb(move) is not None)
        counts[move.before.id] = count
        numbered.append(move._replace(after=move.after._replace(event_count=count)))
    return numbered


def tell_moves(moves: Sequence[SubscriptionMove]) -> None:
    """Write the events of numbered changes, in the caller's transaction."""
    told = [(verb, move.after) for move in moves if (verb := find_verb(move))]
    write_events([_describe(verb, after, after.updated_at) for verb, after in told])


def tell_creation(subscription: Subscription) -> None:
    """Write the event of a subscription that was just made; it is number 1."""
    write_events([_describe(CREATED, read_subscription(subscription), subscription.created_at)])


def _describe(verb: str, row: SubscriptionRow, at: datetime) -> NewEvent:
    return describe_event(
        row,
        object_type=ObjectType.SUBSCRIPTION,
        verb=verb,
        at=at,
        snapshot={
            "status": row.status,
            "current_charge_at": row.current_charge_at,
            "next_charge_at": row.next_charge_at,
            "held": row.held_at is not None,
            "ends_at": row.cancel_at,
        },
    )
