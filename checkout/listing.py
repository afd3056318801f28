"""Lists of the account page: pending decisions, and subscriptions that may go on charging.

Newest first by creation and not by id: for an order by id, PostgreSQL may walk a whole table backwards in
search of one buyer's few rows; for this one, only an index that begins with the buyer is of use.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from charges.models import Charge, ChargeStatus
from checkout.amounts import format_money
from checkout.offers import AnyOffer, DirectOffer, RecurrentOffer
from checkout.presenters import CANCELLABLE
from checkout.return_target import Purchase
from checkout.schedule_text import describe_period
from checkout.summary import summarize_subscription
from core import clock
from core.money import Money
from subscriptions.models import Subscription

SHOWN = 20
NEWEST = ("-created_at", "-id")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; the amount is in the reader's number format."""

    offer: AnyOffer
    amount: str
    period: str = ""
    summary: str = ""

    @property
    def purchase(self) -> Purchase:
        """The row itself."""
        return self.offer.purchase


def list_pending(organization_id: int, *, language: str) -> list[Entry]:
    """Return what awaits this organisation's decision, newest first, at most 20."""
    since = clock.now() - timedelta(days=settings.CHARGE_EXPIRES_DAYS)
    which = {"buyer_id": organization_id, "status": ChargeStatus.PENDING, "created_at__gte": since}
    charges, subscriptions = Charge.objects.filter(**which), Subscription.objects.filter(**which)
    entries = [_enter_charge(charge, language) for charge in _take_newest(charges)]
    entries += [_enter_subscription(each, language) for each in _take_newest(subscriptions)]
    return sorted(entries, key=lambda entry: entry.purchase.created_at, reverse=True)[:SHOWN]


def list_running(organization_id: int, *, language: str) -> list[Entry]:
    """Return this organisation's subscriptions that may still be charged for, newest first, at most 20."""
    running = Subscription.objects.filter(buyer_id=organization_id, status__in=CANCELLABLE)
    return [_enter_subscription(subscription, language) for subscription in _take_newest(running)]


def _take_newest(rows: QuerySet) -> QuerySet:
    return rows.select_related("order_application").order_by(*NEWEST)[:SHOWN]


def _enter_charge(charge: Charge, language: str) -> Entry:
    return Entry(DirectOffer(charge), format_money(charge.total, language=language))


def _enter_subscription(subscription: Subscription, language: str) -> Entry:
    price = Money(subscription.price_minor, subscription.currency)
    return Entry(
        RecurrentOffer(subscription),
        format_money(price, language=language) + (" per account" if subscription.per_account else ""),
        describe_period(subscription.frequency, subscription.interval),
        summarize_subscription(subscription, now=clock.now()),
    )
