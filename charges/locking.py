"""Locking what an answer changes, always in one order: subscription, charge, attempt, ledger accounts."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from charges.models import Attempt, Charge
from core.bulk import read_rows
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
    kind: str
    entered_as: str
    charge_status: str
    name: str
    payee_id: int
    commission_minor: int
    retry_days: list[int]
    retry_limit: int | None
    failure_count: int
    failure_message: str
    first_declined_at: datetime | None
    subscription_id: int | None
    period: int | None
    due_at: datetime | None
    given_up_at: datetime | None

    @property
    def money(self) -> Money:
        """What is to be captured."""
        return Money(self.amount_minor, self.currency)


ATTEMPT_COLUMNS = ("id", "key", "state", "sent_at", "amount_minor", "currency", "livemode", "charge")
CHARGE_COLUMNS = (
    "public_id",
    "kind",
    "entered_as",
    "status",
    "name",
    "payee",
    "commission_minor",
    "retry_days",
    "retry_limit",
    "failure_count",
    "failure_message",
    "first_declined_at",
    "subscription",
    "period",
    "due_at",
    "given_up_at",
)


def lock_attempts(attempt_ids: Collection[int]) -> list[OpenAttempt]:
    """Lock these attempts with their charges and subscriptions and return them in the order of their ids."""
    charge_ids = {charge for (charge,) in read_rows(Attempt, ["charge"], attempt_ids)}
    lock_subscriptions({subscription for (subscription,) in read_rows(Charge, ["subscription"], charge_ids)})
    charges = {pk: row for pk, *row in read_rows(Charge, ["id", *CHARGE_COLUMNS], charge_ids, lock=True)}
    attempts = read_rows(Attempt, ATTEMPT_COLUMNS, attempt_ids, lock=True)
    return [OpenAttempt(*row, *charges[row[-1]]) for row in attempts]


def lock_subscriptions(ids: Collection[int | None]) -> None:
    """Lock subscriptions in the order of their ids; a direct charge has none."""
    known = [pk for pk in ids if pk is not None]
    if known:
        read_rows(Charge._meta.get_field("subscription").related_model, ["id"], known, lock=True)
