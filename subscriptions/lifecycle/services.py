"""Asking for a subscription, deciding about it, starting and ending it."""

from functools import partial

from django.conf import settings
from django.db import transaction

from access.oauth.callers import Caller
from charges.consent import Decider, check_acceptable, check_decider
from charges.models import Acceptance
from charges.requests.direct import choose_commission, find_order_app, read_parties
from charges.requests.limits import check_amounts, check_name, check_return_url
from subscriptions.history import change_status
from subscriptions.lifecycle.ending import end_locked_subscription
from subscriptions.lifecycle.limits import check_external_id, check_months, check_trial_days
from subscriptions.locking import lock_subscription
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus
from subscriptions.schedule import Frequency
from subscriptions.tasks import renew


def create_subscription(
    *,
    caller: Caller,
    product: str,
    name: str,
    price_minor: int,
    return_url: str,
    months: int = 1,
    trial_days: int = 0,
    per_account: bool = False,
    test: bool = False,
    external_id: str = "",
    order_client_id: str | None = None,
    commission_percent: int | None = None,
) -> Subscription:
    """Ask the caller's organisation for price_minor (cents) every `months`; return the pending subscription.

    The last two are honoured for billing_admin only. Raises InvalidField, NotAuthorized.
    """
    app = find_order_app(caller, product=product, order_client_id=order_client_id)
    percent = choose_commission(caller, app, commission_percent)
    check_amounts(price_minor=price_minor, quantity=1)
    origins = {*app.return_origins, *caller.app.return_origins}
    return Subscription.objects.create(
        product=product,
        **read_parties(caller, app),
        external_id=check_external_id(external_id),
        name=check_name(name),
        currency=settings.DEFAULT_CURRENCY,
        price_minor=price_minor,
        per_account=per_account,
        test=test,
        commission_percent=percent,
        return_url=return_url and check_return_url(return_url, origins=origins),
        frequency=Frequency.MONTHLY,
        interval=check_months(months),
        trial_days=check_trial_days(trial_days),
        retry_days=settings.RETRY_DAYS,
        catch_up_limit=settings.CATCH_UP_LIMIT,
    )


@transaction.atomic
def accept_subscription(
    subscription_id: int, *, decider: Decider, shown_terms: str | None = None
) -> Subscription:
    """Record the buyer's consent and return the subscription; accepting again changes nothing.

    Raises what charges.consent.accept_charge raises.
    """
    subscription = lock_subscription(subscription_id)
    check_decider(subscription, decider)
    if subscription.status not in (SubscriptionStatus.PENDING, SubscriptionStatus.DECLINED):
        return subscription
    option = check_acceptable(subscription, shown_terms=shown_terms)
    change_status(subscription, partial(subscription.accept, option), actor=decider.actor)
    Acceptance.objects.create(
        subscription=subscription,
        account_id=decider.account_id,
        organization_id=decider.organization_id,
        terms_hash=subscription.terms_hash,
        ip=decider.ip,
        user_agent=decider.user_agent,
    )
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
def activate_subscription(subscription_id: int, *, actor: str) -> Subscription:
    """Start an accepted subscription, or a frozen one anew, and return it; a running one stays as it is.

    The hint to the workers is sent after commit and may be lost: the sweep finds the row. Raises WrongState.
    """
    subscription = lock_subscription(subscription_id)
    if subscription.status in RUNNING:
        return subscription
    frozen = subscription.status == SubscriptionStatus.FROZEN
    move = subscription.reactivate if frozen else subscription.activate
    change_status(subscription, move, actor=actor)
    transaction.on_commit(lambda: renew.delay(), robust=True)
    return subscription


@transaction.atomic
def cancel_subscription(subscription_id: int, *, actor: str, reason: str = "") -> Subscription:
    """End a subscription now and return it; what waits for a retry is given up.

    Cancelling again changes nothing. A payment that is with the gateway at this moment is still
    booked when it succeeds; nothing new is sent. Raises WrongState.
    """
    subscription = lock_subscription(subscription_id)
    if subscription.status != SubscriptionStatus.CANCELLED:
        end_locked_subscription(subscription, actor=actor, reason=reason)
    return subscription
