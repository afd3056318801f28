"""Starting a subscription that its buyer accepted."""

from django.db import transaction

from charges.errors import WrongState
from charges.lapsed_acceptance import check_holding
from subscriptions.history import change_status
from subscriptions.lifecycle.same_thing import lock_buyer
from subscriptions.locking import lock_subscription
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus
from subscriptions.tasks import renew


@transaction.atomic
def activate_subscription(subscription_id: int, *, actor: str) -> Subscription:
    """Start an accepted subscription, or a frozen one anew, and return it; a running one stays as it is.

    Raises SubscriptionNotFound, WrongState, AcceptanceLapsed.
    """
    # Who accepts the same thing meanwhile sees either an acceptance that holds, or one that started.
    lock_buyer(subscription_id)
    subscription = lock_subscription(subscription_id)
    if subscription.status not in RUNNING:
        start_subscription(subscription, actor=actor)
    return subscription


def start_subscription(subscription: Subscription, *, actor: str, reason: str = "") -> None:
    """Start an accepted subscription that the caller has locked with its buyer, or a frozen one anew.

    The hint to the workers is sent after commit and may be lost: the sweep finds the row. Raises WrongState,
    AcceptanceLapsed.
    """
    check_holding(subscription)
    frozen = subscription.status == SubscriptionStatus.FROZEN
    if frozen and subscription.cancel_at is not None:  # Its buyer wants no further period.
        raise WrongState(subscription.status)
    move = subscription.reactivate if frozen else subscription.activate
    change_status(subscription, move, actor=actor, reason=reason)
    transaction.on_commit(lambda: renew.delay(), robust=True)
