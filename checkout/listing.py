"""Lists of the account page: pending decisions, what was accepted, subscriptions and how they go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from checkout.offers import AnyOffer, DirectOffer, RecurrentOffer
from checkout.paging import NEWEST, SHOWN, Page, take_page
from checkout.presenters import CANCELLABLE, write_price_each
from checkout.return_target import Purchase
from checkout.schedule_text import describe_period
from checkout.summary import summarize_subscription
from core import clock
from core.local_formats import write_money
from subscriptions.models import Subscription, SubscriptionStatus
from subscriptions.renewal.seats import count_seats, is_chargeable_at_once

ENDED = (SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED)


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

    @property
    def price(self) -> str:
        """What is paid, and how often if again and again."""
        return f"{self.amount} {self.period}".strip()


def list_pending(organization_id: int) -> list[Entry]:
    """Return what awaits this organisation's decision, newest first, at most 20."""
    since = clock.now() - timedelta(days=settings.CHARGE_EXPIRES_DAYS)
    which = {"buyer_id": organization_id, "status": ChargeStatus.PENDING, "created_at__gte": since}
    return _list_both(which)


def list_accepted(organization_id: int) -> list[Entry]:
    """Return what this organisation accepted and no seller has activated yet, newest first, at most 20."""
    which = {"buyer_id": organization_id, "status": ChargeStatus.ACCEPTED, "holds_until__gte": clock.now()}
    return _list_both(which)


def list_to_confirm(organization_id: int) -> list[Entry]:
    """Return this organisation's payments that its bank wants to have confirmed, newest first, at most 20."""
    waiting = Attempt.objects.filter(charge=OuterRef("pk"), state=AttemptState.AWAITING_BUYER)
    collected = Charge.objects.filter(buyer_id=organization_id, status=ChargeStatus.PROCESSED)
    return [_enter_charge(charge) for charge in _take_newest(collected.filter(Exists(waiting)))]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Lines, and the id behind which older ones are, if there are any."""

    entries: list[Entry]
    older: UUID | None


def list_running(organization_id: int, *, before: UUID | None = None) -> EntryPage:
    """Return a page of this organisation's subscriptions that may still be charged for, newest first."""
    page = _take_subscriptions(organization_id, CANCELLABLE, before)
    crowded, unconfirmed = _find_crowded(page.rows, organization_id), _find_unconfirmed(page.rows)
    entries = [
        _enter_subscription(
            subscription,
            has_too_many_seats=subscription.pk in crowded,
            awaits_payer=subscription.pk in unconfirmed,
        )
        for subscription in page.rows
    ]
    return EntryPage(entries, page.older)


def list_ended(organization_id: int, *, before: UUID | None = None) -> EntryPage:
    """Return a page of this organisation's subscriptions that have ended, newest first."""
    page = _take_subscriptions(organization_id, ENDED, before)
    return EntryPage([_enter_subscription(each) for each in page.rows], page.older)


def _take_subscriptions(
    organization_id: int, statuses: Iterable[str], before: UUID | None
) -> Page[Subscription]:
    rows = Subscription.objects.filter(buyer_id=organization_id).select_related("order_application")
    return take_page(rows, of=Q(status__in=statuses), before=before)


def _find_unconfirmed(subscriptions: Iterable[Subscription]) -> set[int]:
    """Return the keys of those with a payment that the buyer must confirm."""
    shown = [each.pk for each in subscriptions]
    waiting = Attempt.objects.filter(charge__subscription__in=shown, state=AttemptState.AWAITING_BUYER)
    return {*waiting.values_list("charge__subscription", flat=True)} if shown else set()


def _list_both(which: dict[str, Any]) -> list[Entry]:
    charges, subscriptions = Charge.objects.filter(**which), Subscription.objects.filter(**which)
    entries = [_enter_charge(charge) for charge in _take_newest(charges)]
    entries += [_enter_subscription(each) for each in _take_newest(subscriptions)]
    return sorted(entries, key=lambda entry: entry.purchase.created_at, reverse=True)[:SHOWN]


def _find_crowded(subscriptions: Iterable[Subscription], organization_id: int) -> set[int]:
    """Return the keys of held ones whose price for all accounts is more than can be charged at once."""
    held = [each for each in subscriptions if each.per_account and each.held_at]
    seats = count_seats({organization_id} if held else ()).get(organization_id, 0)
    return {
        each.pk
        for each in held
        if seats and not is_chargeable_at_once(price_minor=each.price_minor, seats=seats)
    }


def _take_newest(rows: QuerySet) -> QuerySet:
    return rows.select_related("order_application").order_by(*NEWEST)[:SHOWN]


def enter_purchase(purchase: Purchase) -> Entry:
    """Return the line of one purchase."""
    if isinstance(purchase, Charge):
        return _enter_charge(purchase)
    return _enter_subscription(purchase)


def _enter_charge(charge: Charge) -> Entry:
    return Entry(DirectOffer(charge), write_money(charge.total))


def _enter_subscription(subscription: Subscription, **known: bool) -> Entry:
    return Entry(
        RecurrentOffer(subscription),
        write_price_each(subscription),
        describe_period(subscription.frequency, subscription.interval),
        summarize_subscription(subscription, now=clock.now(), **known),
    )
