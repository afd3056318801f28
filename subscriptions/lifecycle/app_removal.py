"""Ending what an organisation pays again and again to an application that it removes."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction

from charges.consent import Decider
from charges.errors import WrongState
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.cancel_at_period_end import cancel_at_period_end, find_paid_end
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription
from subscriptions.models.labels import ENDING

MOST_AT_ONCE = 100  # What one page shows and one request ends.


def list_subscriptions_of_app(*, organization_id: int, application_id: int) -> list[Subscription]:
    """Return what an organisation bought in an application and has no end yet, oldest first, at most 100."""
    bought = Subscription.objects.for_display().filter(
        buyer_id=organization_id, order_application_id=application_id, status__in=ENDING, cancel_at=None
    )
    return list(bought.order_by("pk")[:MOST_AT_ONCE])


def end_subscriptions(subscriptions: Iterable[Subscription], *, actor: Decider, reason: str) -> None:
    """End each with the time that is paid for, or at once where none is; those that ended meanwhile stay.

    Each is a transaction of its own. Raises BillingRoleMissing and InvalidField.
    """
    for subscription in subscriptions:
        with suppress(WrongState):
            _end_gently(subscription.pk, actor, reason)


@transaction.atomic
def _end_gently(subscription_id: int, actor: Decider, reason: str) -> None:
    paid_end = find_paid_end(lock_subscription(subscription_id))
    if paid_end is None:
        cancel_subscription(subscription_id, actor=actor, reason=reason)
    else:
        cancel_at_period_end(subscription_id, actor=actor, ends_at=paid_end, reason=reason)
