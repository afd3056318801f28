"""The events of subscriptions: which change of a subscription is told, and how."""

from collections.abc import Mapping

from events.types import EventType, ObjectType, name_event
from events.writer import Subject, tell_rows
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.rows import SubscriptionMove

SUBSCRIPTIONS = Subject(
    table="subscriptions_subscription",
    snapshot="""jsonb_build_object(
        'status', o.status, 'current_charge_at', o.current_charge_at, 'next_charge_at', o.next_charge_at,
        'held', o.held_at IS NOT NULL, 'ends_at', o.cancel_at)""",
)
CREATED = "created"
HELD = "held"
CHANGED = "changed"
RENEWED = "renewed"
ENDING = "ending"
KEPT = "kept"
TRIAL_EXTENDED = "trial_extended"
VERBS: Mapping[str, str] = {
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
        return VERBS[after.status]
    if after.held_at is not None and before.held_at is None:
        return HELD
    if after.anchor_at != before.anchor_at:
        return TRIAL_EXTENDED
    if after.current_charge_at != before.current_charge_at:
        return RENEWED
    if after.cancel_at != before.cancel_at:
        return KEPT if after.cancel_at is None else ENDING
    return CHANGED if move.reason else None


def find_event(move: SubscriptionMove) -> EventType | None:
    """Return the event of a change; None for one that is not told."""
    verb = find_verb(move)
    return name_event(ObjectType.SUBSCRIPTION, verb) if verb else None


def tell_creation(subscription: Subscription) -> None:
    """Write the event of a subscription that was just made; it is number 1."""
    tell_rows(SUBSCRIPTIONS, [(name_event(ObjectType.SUBSCRIPTION, CREATED), subscription.pk)])
