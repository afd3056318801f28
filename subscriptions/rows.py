"""Subscriptions as renewal locks, reads and changes them. A field has its column's name. Times are UTC."""

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, Protocol

from subscriptions.models import Subscription
from subscriptions.schedule import occurrence


class SubscriptionRow(NamedTuple):
    """A subscription: its schedule, its policies, and where it stands."""

    id: int
    anchor_at: datetime
    anchor_period: int
    period: int
    frequency: str
    interval: int
    length: int | None
    waits_for_payment: bool
    status: str
    due_at: datetime | None
    current_charge_at: datetime | None
    next_charge_at: datetime | None
    frozen_at: datetime | None
    expired_at: datetime | None
    held_at: datetime | None
    held_reason: str
    cancel_at: datetime | None
    updated_at: datetime


class SubscriptionUpdate(NamedTuple):
    """The columns of a subscription that the payment of a period may change; `event_count` is added to."""

    id: int
    status: str
    due_at: datetime | None
    current_charge_at: datetime | None
    next_charge_at: datetime | None
    frozen_at: datetime | None
    expired_at: datetime | None
    held_at: datetime | None
    held_reason: str
    updated_at: datetime
    event_count: int


class SubscriptionMove(NamedTuple):
    """A subscription before and after a change.

    It leaves a history row if its status changes or a reason is given.
    """

    before: SubscriptionRow
    after: SubscriptionRow
    reason: str = ""


class Scheduled(Protocol):
    """The columns that make a schedule."""

    @property
    def anchor_at(self) -> datetime:
        """Where the schedule starts."""

    @property
    def anchor_period(self) -> int:
        """The number of the period that begins there."""

    @property
    def frequency(self) -> str:
        """The unit in which it counts."""

    @property
    def interval(self) -> int:
        """How many of them a period lasts."""


_read_subscription = attrgetter(*SubscriptionRow._fields)


def read_subscription(subscription: Subscription) -> SubscriptionRow:
    """Return the row of a running subscription that the caller has locked."""
    return SubscriptionRow._make(_read_subscription(subscription))


def start_of(row: Scheduled, period: int) -> datetime:
    """Return when a period begins. Raises BeyondCalendar."""
    return occurrence(row.anchor_at, period - row.anchor_period, row.frequency, row.interval)
