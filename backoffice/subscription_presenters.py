"""Texts about a subscription for staff."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from backoffice.columns import write_failure, write_instant
from charges.models import Charge, ChargeKind, ChargeStatus
from core import clock
from core.money import Money
from subscriptions.lifecycle.cancel_at_period_end import find_paid_end
from subscriptions.models import RUNNING, PlanKind, Subscription, SubscriptionStatus
from subscriptions.renewal.coming_bills import count_periods
from subscriptions.renewal.skips import read_skips
from subscriptions.schedule import Frequency

Write = Callable[[datetime | None], str | None]  # How an instant is written.
UNITS = {
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}


def find_newest_charges(subscriptions: Sequence[Subscription]) -> dict[int, Charge]:
    """Return the charge of the newest period of each subscription that has one, by its primary key.

    Or the charge that took its place, when a part of the invoice was paid in another way.
    """
    periods = {subscription.pk: subscription.period - 1 for subscription in subscriptions}
    of_period = Q(period__in={*periods.values()}) | Q(period=None, kind=ChargeKind.CHARGE)
    newest: dict[int, Charge] = {}
    for charge in Charge.objects.filter(of_period, subscription__in=periods).order_by("pk"):
        pk = charge.subscription_id or 0
        replaced = newest.get(pk) if charge.period is None else None
        if charge.period == periods[pk] or (replaced and replaced.due_at == charge.due_at):
            newest[pk] = charge
    return newest


def describe_price(subscription: Subscription) -> str:
    """Return price and period, such as 19.00 USD for each account, every 3 months."""
    price = str(Money(subscription.price_minor, subscription.currency))
    every = describe_rhythm(subscription.frequency, subscription.interval)
    return f"{price} for each account, {every}" if subscription.per_account else f"{price} {every}"


def describe_rhythm(frequency: str, interval: int) -> str:
    """Return how often money changes hands, such as every 3 months."""
    unit = UNITS[Frequency(frequency)]
    return f"every {unit}" if interval == 1 else f"every {interval} {unit}s"


def describe_next_period(subscription: Subscription) -> str:
    """Return the number of the next period to bill, and how many were billed elsewhere."""
    elsewhere = subscription.first_period
    return f"{subscription.period}" + (f" (the first {elsewhere} were billed elsewhere)" if elsewhere else "")


def describe_next(
    subscription: Subscription, newest: Charge | None, write: Write = write_instant
) -> str | None:
    """Return when money is asked for next; None when nothing is to be."""
    if subscription.status not in RUNNING or subscription.held_at:
        return None
    is_open = newest is not None and newest.status == ChargeStatus.PROCESSED
    ends_at = subscription.cancel_at
    if ends_at and subscription.due_at and ends_at <= subscription.due_at and not is_open:
        return f"nothing: it ends on {write(ends_at)}"
    if subscription.due_at and not (is_open and subscription.waits_for_payment):
        return write(subscription.due_at)
    if newest and newest.collect_at:
        return f"{write(newest.collect_at)} (retry)"
    return "under way"


def describe_trouble(
    subscription: Subscription, newest: Charge | None, write: Write = write_instant
) -> str | None:
    """Return what is wrong and what happens next; None when all is well."""
    if subscription.held_at:
        return f"Held since {write(subscription.held_at)}: {subscription.held_reason}"
    if newest is None or subscription.status not in (*RUNNING, SubscriptionStatus.FROZEN):
        return None
    failure = write_failure(newest.failure_message, newest.failure_code)
    if failure is None or newest.status == ChargeStatus.SUCCESS:
        return None
    if newest.status == ChargeStatus.PROCESSED:
        retry = write(newest.collect_at)
        return f"{failure} Next try on {retry}." if retry else f"{failure} Being tried again now."
    return failure if subscription.status == SubscriptionStatus.FROZEN else None


def describe_retries(subscription: Subscription) -> str:
    """Return how often, or on which days, a declined payment is tried again."""
    if subscription.retry_limit is not None:
        return f"up to {subscription.retry_limit} times, {settings.RETRY_INTERVAL_HOURS} hours apart"
    days = ", ".join(map(str, subscription.retry_days))
    return f"{days} days after the first decline" if days else "never"


def describe_catch_up(subscription: Subscription) -> str:
    """Return what happens to periods that were missed."""
    limit = subscription.catch_up_limit
    held = "" if limit is None else f", more than {limit} only when a person releases them"
    once = "one after the other" if subscription.waits_for_payment else "at once"
    return f"missed periods are billed {once}{held}"


def explain_cancel(subscription: Subscription, newest: Charge | None) -> list[str]:
    """Say what cancelling does."""
    words = ["Nothing is billed any more, and the subscription cannot be started again."]
    end = subscription.next_charge_at
    if end and end > clock.now():
        words.append(f"What the {_name_payer(subscription)} has until {write_instant(end)} is not refunded.")
    if newest and newest.status == ChargeStatus.PROCESSED and newest.collect_at:
        words.append(f"The payment of {newest.total} that waits for a retry is given up.")
    elif newest and newest.status == ChargeStatus.PROCESSED:
        words.append(f"The payment of {newest.total} that is under way is still booked if it succeeds.")
    return words


def explain_retry(subscription: Subscription, newest: Charge | None) -> list[str]:
    """Say what trying at once does."""
    total = newest.total if newest else "What is open"
    if subscription.retry_limit is not None:
        verb = "paid to" if subscription.kind == PlanKind.DISBURSEMENT else "asked of"
        return [
            f"{total} is {verb} the customer at once.",
            f"If that fails, it counts as one of the {subscription.retry_limit} times it is tried again.",
        ]
    card = subscription.payment_option or "the test processor"
    return [
        f"{total} is asked of {card} at once.",
        "If that is declined, the retries planned for later stay as they are,"
        " unless the bank says that trying again is pointless: then the subscription is frozen.",
    ]


def explain_change_card(subscription: Subscription, newest: Charge | None) -> list[str]:
    """Say what another card does."""
    words = [
        f"So far it is paid with {subscription.payment_option or 'no card'}. From now on it is paid with the"
        " card chosen here; the buyer's other subscriptions keep theirs."
    ]
    if newest and newest.collect_at:
        words.append(f"The payment of {newest.total} that waits for a retry is tried with it at once.")
    if subscription.status == SubscriptionStatus.FROZEN:
        words.append("It stays frozen until the seller activates it again.")
    return words


def explain_release(subscription: Subscription, newest: Charge | None) -> list[str]:
    """Say what releasing does."""
    skips = read_skips([subscription.pk]).get(subscription.pk, [])
    missed = count_periods(subscription, clock.now(), skips)
    price = Money(subscription.price_minor, subscription.currency)
    words = [
        f"It was held because: {subscription.held_reason}",
        f"The periods missed until now ({missed}) are billed {_say_when(subscription)};"
        " later ones come in their time.",
    ]
    if subscription.per_account:
        return [*words, f"Each costs {price} times the accounts that the buyer has then."]
    return [
        *words,
        f"Each costs {price}; that is {Money(price.amount_minor * missed, price.currency)} in all.",
    ]


def explain_hold(subscription: Subscription) -> list[str]:
    """Say what holding does."""
    return [
        "No further period is billed until somebody releases it; then the missed ones are billed one by one.",
        "A payment that is being tried goes on. The seller is told by an event, the buyer is not.",
    ]


def explain_extension(subscription: Subscription) -> list[str]:
    """Say what a longer trial does."""
    return [
        f"The trial ends on {write_instant(subscription.trial_ends_at)}. It can only end later.",
        f"The first payment of {describe_price(subscription)} follows at the new end, and all others count"
        " from there. What the buyer agreed to stays; its people are mailed the new date.",
    ]


def explain_cancel_later(subscription: Subscription) -> list[str]:
    """Say what an end with the paid time does."""
    return [
        f"It runs until {write_instant(find_paid_end(subscription))}, which is paid for or free. Then it is"
        " cancelled, and nothing more is billed.",
        "Until then it can be kept, by staff or by the buyer. The buyer is mailed the last day.",
    ]


def explain_keep(subscription: Subscription) -> list[str]:
    """Say what taking the end back does."""
    return [
        f"It was to end on {write_instant(subscription.cancel_at)}. It goes on, and the next period is billed"
        " when it begins. The buyer is mailed that."
    ]


def _say_when(subscription: Subscription) -> str:
    if subscription.waits_for_payment:
        return "one after the other, each once the one before is paid"
    return "at once, whether or not the one before is paid"


def _name_payer(subscription: Subscription) -> str:
    return "customer" if subscription.buyer_id is None else "buyer"
