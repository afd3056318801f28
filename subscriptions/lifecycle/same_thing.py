"""What a buyer has or had of the same thing: its trials, and one that still runs."""

from django.db.models import Q, QuerySet

from core import clock
from customers.models import Organization
from subscriptions.errors import AlreadySubscribed
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.models.guards import DAY_SECONDS
from subscriptions.models.labels import ENDING
from subscriptions.trials import EarlierTrial, count_left


def lock_buyer(subscription_id: int) -> None:
    """Let what a buyer is offered be accepted and started one after the other, in the caller's transaction.

    It comes before the subscription is locked. A merchant's customer has no buyer, and nothing is locked.
    """
    buyers = Organization.objects.select_for_update(no_key=True, of=("self",))
    list(buyers.filter(subscriptions__pk=subscription_id))


def shorten_trial(subscription: Subscription) -> None:
    """Set what earlier trials of the same thing left of a trial, on an offer that is not decided yet.

    The row is not saved.
    """
    if not subscription.trial_days or subscription.status != SubscriptionStatus.PENDING:
        return
    app, offered = subscription.order_application, subscription.trial_days * DAY_SECONDS
    earlier = _read_trials(subscription) if app and app.remembers_trials else []
    left = count_left(offered, earlier, at=clock.now())
    subscription.trial_seconds = None if left == offered else left


def find_second(subscription: Subscription) -> Subscription | None:
    """Return the newest other subscription of the same thing that runs, is frozen, or is to start."""
    held = Q(status=SubscriptionStatus.ACCEPTED, holds_until__gte=clock.now())
    others = _list_same(subscription).filter(held | Q(status__in=ENDING))
    return others.select_related("order_application").order_by("-created_at", "-pk").first()


def check_second(subscription: Subscription) -> None:
    """Raise AlreadySubscribed if its application lets a buyer have only one at a time."""
    app = subscription.order_application
    if app is None or app.allows_second:
        return
    if (other := find_second(subscription)) is not None:
        raise AlreadySubscribed(recurrent_charge_id=str(other.public_id))


def _list_same(subscription: Subscription) -> QuerySet[Subscription]:
    """Return the others: of the same external id or, where there is none, of the same product and name."""
    same = {"external_id": subscription.external_id}
    if not subscription.external_id:
        same |= {"product": subscription.product, "name": subscription.name}
    return Subscription.objects.filter(
        **same,
        buyer_id=subscription.buyer_id,
        order_application_id=subscription.order_application_id,
        test=subscription.test,
    ).exclude(pk=subscription.pk)


def _read_trials(subscription: Subscription) -> list[EarlierTrial]:
    accepted = SubscriptionStatus.ACCEPTED
    begun = _list_same(subscription).filter(Q(activated_at__isnull=False) | Q(status=accepted))
    return [
        EarlierTrial(
            trial_seconds=int(each.trial.total_seconds()),
            activated_at=each.activated_at,
            cancelled_at=each.cancelled_at,
            holds_until=each.holds_until if each.status == accepted else None,
        )
        for each in begun.filter(trial_days__gt=0)
    ]
