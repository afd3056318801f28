"""What a test buyer has bought lately, and what happened to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from charges.models import Charge
from core.money import Money
from customers.models import TestBuyer
from events.models import Event
from events.types import EventType
from subscriptions.models import Subscription

MOST_SUBSCRIPTIONS = 20
MOST_CHARGES = 60
MOST_MOMENTS = 100


class Moment(NamedTuple):
    """Something that happened to a charge or subscription, by the test buyer's clock (UTC)."""

    at: datetime
    type: str
    words: str
    name: str
    amount: Money | None


class Bought(NamedTuple):
    """The newest subscriptions and charges of a test buyer, and what happened to them, the newest first."""

    subscriptions: Sequence[Subscription]
    charges: Sequence[Charge]
    moments: Sequence[Moment]


def read_bought(buyer: TestBuyer) -> Bought:
    """Return what a test buyer has bought; refunds stand among the charges."""
    subscriptions = list(Subscription.objects.filter(buyer=buyer.pk).order_by("-pk")[:MOST_SUBSCRIPTIONS])
    charges = list(Charge.objects.filter(buyer=buyer.pk).order_by("-pk")[:MOST_CHARGES])
    names = {each.public_id: each.name for each in subscriptions}
    names |= {each.public_id: each.name for each in charges}
    return Bought(subscriptions, charges, _read_moments(names))


def _read_moments(names: dict[UUID, str]) -> list[Moment]:
    events = Event.objects.filter(object_id__in=names).order_by("-occurred_at", "-xact", "-sequence")[
        :MOST_MOMENTS
    ]
    return [
        Moment(
            event.occurred_at,
            event.type,
            EventType(event.type).label,
            names[event.object_id],
            _read_amount(event),
        )
        for event in events[:MOST_MOMENTS]
    ]


def _read_amount(event: Event) -> Money | None:
    amount, currency = event.snapshot.get("amount"), event.snapshot.get("currency")
    return Money(amount, currency) if amount is not None and currency else None
