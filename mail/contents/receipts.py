"""The lines of a receipt, in mails and on pages."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from charges.models import Charge
from core import clock
from core.local_formats import write_day, write_money
from core.money import Money
from mail.contents.parts import Fact, list_card, list_parties
from subscriptions.models import RUNNING, Subscription
from subscriptions.schedule import BeyondCalendar


def select_for_receipts(charges: QuerySet[Charge]) -> QuerySet[Charge]:
    """Fetch along with charges what their receipts name."""
    return charges.select_related(
        *("buyer", "buyer_account", "order_application__organization", "seller_application"),
        *("subscription__order_application__organization", "subscription__buyer", "payment_option"),
    )


def list_receipt_facts(charge: Charge) -> list[Fact]:
    """Return what was paid to whom, when, for which time and with what."""
    return [
        *list_parties(charge),
        *list_amounts(charge),
        Fact(_("Date"), write_day(charge.finished_at or charge.created_at)),
        *_list_period(charge),
        *list_card(charge.payment_option),
        Fact(_("Number"), str(charge.public_id)),
    ]


def list_amounts(charge: Charge) -> list[Fact]:
    """Return what was paid, and for how many at which price."""
    facts = [Fact(_("Amount"), write_money(charge.total))]
    if charge.quantity > 1:
        price = write_money(Money(charge.price_minor, charge.currency))
        facts.append(Fact(_("Price"), f"{charge.quantity} \N{MULTIPLICATION SIGN} {price}"))
    return facts


def _list_period(charge: Charge) -> list[Fact]:
    """Return which period a payment of a subscription is for, and when the next one is due."""
    subscription = charge.subscription
    if subscription is None or charge.period is None or charge.due_at is None:
        return []
    ends_at = _find_end(subscription, charge.period)
    if ends_at is None:
        return [Fact(_("From"), write_day(charge.due_at))]
    period = f"{write_day(charge.due_at)} \N{EN DASH} {write_day(ends_at)}"
    facts = [Fact(_("Period"), period)]
    is_last = subscription.cancel_at is not None and subscription.cancel_at <= ends_at
    if subscription.status in RUNNING and not is_last and ends_at > clock.now():
        facts.append(Fact(_("Next payment"), write_day(ends_at)))
    return facts


def _find_end(subscription: Subscription, period: int) -> datetime | None:
    """Return when a period ends; None where the schedule does not reach, or began anew after it."""
    if period < subscription.anchor_period:
        return None
    try:
        return subscription.starts_of(period + 1)
    except BeyondCalendar:
        return None
