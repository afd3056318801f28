"""Locking what an answer changes, always in one order: subscription, charge, attempt, ledger accounts."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from charges.models import Attempt, Charge
from core.money import Money


class OpenAttempt(NamedTuple):
    """What settling needs to know of an attempt and its charge, both locked. Amounts are cents."""

    id: int
    key: str
    state: str
    sent_at: datetime
    amount_minor: int
    currency: str
    livemode: bool
    charge_id: int
    charge_public_id: UUID
    charge_status: str
    name: str
    payee_id: int
    commission_minor: int
    retry_days: list[int]
    first_declined_at: datetime | None
    subscription_id: int | None
    period: int | None
    due_at: datetime | None

    @property
    def money(self) -> Money:
        """What is to be captured."""
        return Money(self.amount_minor, self.currency)


ATTEMPT_COLUMNS = ("id", "key", "state", "sent_at", "amount_minor", "currency", "livemode", "charge_id")
CHARGE_COLUMNS = (
    "public_id",
    "status",
    "name",
    "payee_id",
    "commission_minor",
    "retry_days",
    "first_declined_at",
    "subscription_id",
    "period",
    "due_at",
)


def lock_attempts(attempt_ids: Collection[int]) -> list[OpenAttempt]:
    """Lock these attempts with their charges and subscriptions and return them in the order of their ids."""
    parents = Attempt.objects.filter(pk__in=attempt_ids).values_list("charge_id", "charge__subscription_id")
    lock_subscriptions({subscription for _, subscription in parents if subscription is not None})
    charges = {
        row[0]: row[1:]
        for row in Charge.objects.filter(pk__in={charge for charge, _ in parents})
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", *CHARGE_COLUMNS)
    }
    attempts = (
        Attempt.objects.filter(pk__in=attempt_ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list(*ATTEMPT_COLUMNS)
    )
    return [OpenAttempt(*row, *charges[row[-1]]) for row in attempts]


def lock_subscriptions(ids: Collection[int]) -> None:
    """Lock subscriptions in the order of their ids; a direct charge has none."""
    if ids:
        model = Charge._meta.get_field("subscription").related_model
        list(
            model._base_manager.filter(pk__in=ids)
            .order_by("pk")
            .select_for_update(no_key=True)
            .values_list("pk")
        )
