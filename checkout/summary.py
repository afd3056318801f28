"""A subscription's state in a few words for a list."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.local_formats import write_day
from subscriptions.models import Subscription, SubscriptionStatus

S = SubscriptionStatus


def summarize_subscription(
    subscription: Subscription, *, now: datetime, has_too_many_seats: bool = False, awaits_payer: bool = False
) -> str:
    """Say how a subscription goes at this instant (UTC) and when the next payment is, if that is known."""
    if subscription.status in (S.CANCELLED, S.EXPIRED):
        ended_at = subscription.cancelled_at or subscription.expired_at or subscription.updated_at
        return _("Ended on %(day)s") % {"day": write_day(ended_at)}
    ends_at = subscription.cancel_at
    if ends_at is not None and subscription.status != S.PAST_DUE and not awaits_payer:
        return _("Ends on %(day)s; nothing more is charged") % {"day": write_day(ends_at)}
    if subscription.held_at and has_too_many_seats:
        return _("On hold: the price for all your accounts is too high for one payment")
    if subscription.held_at:
        return _("On hold: nothing is charged while our team looks into it")
    if subscription.status == S.FROZEN:
        return _("Stopped: a payment failed")
    if awaits_payer:
        return _("A payment is waiting for you to confirm it")
    if subscription.status == S.PAST_DUE:
        return _("A payment failed, and we are trying again")
    next_at = subscription.next_charge_at
    if next_at is None or next_at <= now:
        return _("A payment is in progress")
    return _announce(subscription) % {"day": write_day(next_at)}


def _announce(subscription: Subscription) -> str:
    in_trial = subscription.current_charge_at is None
    if subscription.test:
        return _("Trial, first test payment on %(day)s") if in_trial else _("Next test payment on %(day)s")
    return _("Trial, first payment on %(day)s") if in_trial else _("Next payment on %(day)s")
