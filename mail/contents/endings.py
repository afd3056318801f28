"""Mails to buyers about subscriptions that end: on a day to come, after all not, now."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core import clock
from core.local_formats import write_day, write_instant
from mail.contents.parts import Content, Fact, explain_to_buyer, find_page, list_parties
from mail.contents.subscriptions import find_subscription, name_subscription
from mail.models import Mail
from subscriptions.models import Subscription
from subscriptions.models.labels import ENDING


def write_ending(mail: Mail) -> Content | None:
    """A subscription ends at an instant to come; None when that is over or was taken back."""
    subscription = find_subscription(mail)
    ends_at = subscription.cancel_at
    if subscription.status not in ENDING or ends_at is None or ends_at <= clock.now():
        return None
    return _write(subscription, [Fact(_("Works until"), write_instant(ends_at))], day=write_day(ends_at))


def write_kept(mail: Mail) -> Content | None:
    """A subscription that was to end goes on; None when it is to end again, or has ended."""
    subscription = find_subscription(mail)
    if subscription.status not in ENDING or subscription.cancel_at is not None:
        return None
    next_at = subscription.next_charge_at
    is_known = next_at is not None and next_at > clock.now()
    return _write(subscription, [Fact(_("Next payment"), write_day(next_at))] if is_known and next_at else [])


def write_cancelled(mail: Mail) -> Content:
    """A subscription has ended: as was planned, or at once."""
    subscription = find_subscription(mail)
    ended_at, planned_at = subscription.cancelled_at or mail.created_at, subscription.cancel_at
    was_planned = planned_at is not None and planned_at <= ended_at
    return _write(subscription, [Fact(_("Ended on"), write_day(ended_at))], was_planned=was_planned)


def _write(subscription: Subscription, facts: Sequence[Fact], **words: object) -> Content:
    return Content(
        words=name_subscription(subscription) | words,
        facts=[
            *list_parties(subscription),
            *facts,
            Fact(_("Number"), str(subscription.public_id)),
        ],
        why=explain_to_buyer(subscription.buyer),
        path=find_page(subscription),
    )
