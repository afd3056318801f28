"""The buyer's decision about an offered subscription."""

from functools import partial

from django.db import transaction

from charges.consent import (
    BY_ITSELF,
    WITHDRAWN,
    Decider,
    ShownOffer,
    check_acceptable,
    check_decider,
    find_tax,
    record_acceptance,
    starts_by_itself,
)
from core.money import Money
from subscriptions.errors import TooManySeats
from subscriptions.history import change_status
from subscriptions.lifecycle.activate import start_subscription
from subscriptions.lifecycle.same_thing import check_second, lock_buyer, shorten_trial
from subscriptions.locking import lock_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.renewal.seats import count_seats, is_chargeable_at_once


@transaction.atomic
def accept_subscription(
    subscription_id: int, *, decider: Decider, shown: ShownOffer | None = None
) -> Subscription:
    """Record the buyer's consent and return the subscription; accepting again changes nothing.

    Its trial is what earlier ones of the same thing left of it. Raises TooManySeats, AlreadySubscribed, and
    what charges.consent.accept_charge raises.
    """
    lock_buyer(subscription_id)
    subscription = lock_subscription(subscription_id)
    check_decider(subscription, decider)
    if subscription.status not in (SubscriptionStatus.PENDING, SubscriptionStatus.DECLINED):
        return subscription
    shorten_trial(subscription)
    tax = find_tax(subscription)
    option = check_acceptable(subscription, shown=shown, tax=tax)
    _check_seats(subscription)
    check_second(subscription)
    change_status(subscription, partial(subscription.accept, option), actor=decider.actor)
    terms = subscription.terms_hash
    record_acceptance(decider, terms_hash=terms, shown=shown, tax=tax, subscription=subscription)
    if starts_by_itself(subscription):
        start_subscription(subscription, actor=decider.actor, reason=BY_ITSELF)
    return subscription


@transaction.atomic
def decline_subscription(subscription_id: int, *, decider: Decider) -> Subscription:
    """Record the buyer's refusal and return the subscription; declining again changes nothing.

    Raises ChargeNotFound, ConsentNotYours, BillingRoleMissing, WrongState.
    """
    subscription = lock_subscription(subscription_id)
    check_decider(subscription, decider)
    if subscription.status != SubscriptionStatus.DECLINED:
        change_status(subscription, subscription.decline, actor=decider.actor)
    return subscription


@transaction.atomic
def withdraw_subscription(subscription_id: int, *, decider: Decider) -> Subscription:
    """Take an acceptance back before the seller activates, and return the subscription.

    Doing so again changes nothing. Raises ChargeNotFound, ConsentNotYours, BillingRoleMissing, WrongState.
    """
    subscription = lock_subscription(subscription_id)
    check_decider(subscription, decider)
    if subscription.status != SubscriptionStatus.DECLINED:
        change_status(subscription, subscription.withdraw, actor=decider.actor, reason=WITHDRAWN)
    return subscription


def _check_seats(subscription: Subscription) -> None:
    """Raise TooManySeats when renewal could only hold what is about to be accepted."""
    buyer_id = subscription.buyer_id
    if not subscription.per_account or buyer_id is None:
        return
    seats = count_seats({buyer_id}).get(buyer_id, 0)
    if not is_chargeable_at_once(price_minor=subscription.price_minor, seats=seats):
        raise TooManySeats(seats, Money(subscription.price_minor, subscription.currency))
