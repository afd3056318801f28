"""A subscription's state in a few words for a list."""

from datetime import datetime

from checkout.schedule_text import describe_date
from subscriptions.models import Subscription, SubscriptionStatus

S = SubscriptionStatus


def summarize_subscription(
    subscription: Subscription, *, now: datetime, has_too_many_seats: bool = False, awaits_payer: bool = False
) -> str:
    """Say how a subscription goes at this instant (UTC) and when the next payment is, if that is known."""
    if subscription.held_at and has_too_many_seats:
        return "On hold: the price for all your accounts is more than can be charged at once"
    if subscription.held_at:
        return "On hold: nothing is charged until somebody who runs this marketplace has looked at it"
    if subscription.status == S.FROZEN:
        return "Stopped: a payment could not be collected"
    if awaits_payer:
        return "A payment waits for you to confirm it"
    if subscription.status == S.PAST_DUE:
        return "A payment failed and is tried again"
    noun, next_at = "test payment" if subscription.test else "charge", subscription.next_charge_at
    if next_at is None or next_at <= now:
        return "A payment is being collected"
    if subscription.current_charge_at is None:
        return f"Trial, first {noun} on {describe_date(next_at)}"
    return f"Next {noun} on {describe_date(next_at)}"
