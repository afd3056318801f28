"""Attempts and charges as collection locks, reads and changes them. A field has its column's name.

Amounts are cents, times UTC.
"""

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from charges.models import Charge
from core.money import Money


class AttemptRow(NamedTuple):
    """An attempt: what was to be captured, and what is known about it."""

    id: int
    key: str
    number: int
    amount_minor: int
    currency: str
    livemode: bool
    sent_at: datetime
    checks: int
    state: str
    check_at: datetime | None
    resolved_at: datetime | None
    gateway_reference: str | None
    code: str
    hard: bool
    message: str
    on_own_account: bool = False

    @property
    def money(self) -> Money:
        """The amount to capture."""
        return Money(self.amount_minor, self.currency)


class AttemptUpdate(NamedTuple):
    """The columns of an attempt that an outcome may change."""

    id: int
    state: str
    check_at: datetime | None
    resolved_at: datetime | None
    gateway_reference: str | None
    code: str
    hard: bool
    message: str


class ChargeRow(NamedTuple):
    """A charge: what collecting it depends on, and where it stands."""

    id: int
    public_id: UUID
    kind: str
    test: bool
    currency: str
    total_minor: int
    buyer_id: int | None
    order_application_id: int | None
    entered_as: str
    name: str
    payee_id: int
    commission_minor: int
    retry_days: list[int]
    retry_limit: int | None
    subscription_id: int | None
    period: int | None
    due_at: datetime | None
    status: str
    collect_at: datetime | None
    finished_at: datetime | None
    failure_code: str
    failure_message: str
    failure_count: int
    first_declined_at: datetime | None
    given_up_at: datetime | None
    updated_at: datetime


class ChargeUpdate(NamedTuple):
    """The columns of a charge that an outcome may change; `event_count` is what is added to it."""

    id: int
    status: str
    collect_at: datetime | None
    finished_at: datetime | None
    failure_code: str
    failure_message: str
    failure_count: int
    first_declined_at: datetime | None
    given_up_at: datetime | None
    updated_at: datetime
    event_count: int


class ChargeMove(NamedTuple):
    """A charge before and after a change; the reason is for its history."""

    before: ChargeRow
    after: ChargeRow
    reason: str = ""


class LockedAttempt(NamedTuple):
    """An attempt and its charge, both locked."""

    attempt: AttemptRow
    charge: ChargeRow


class ReceivableEntry(NamedTuple):
    """A captured payment or a declined attempt, to enter in the customer's receivables."""

    charge_id: int
    attempt_id: int
    is_captured: bool


class PeriodPayment(NamedTuple):
    """News for a subscription: a payment of a period, or of the rest of its invoice, arrived or failed.

    The rest of an invoice has no period of its own; `due_at` is the beginning of the period that it is for.
    """

    subscription_id: int
    period: int | None
    due_at: datetime
    at: datetime
    is_paid: bool
    retry_at: datetime | None = None
    message: str = ""


_read_charge = attrgetter(*ChargeRow._fields)


def read_charge(charge: Charge) -> ChargeRow:
    """Return the row of a charge that the caller has locked."""
    return ChargeRow._make(_read_charge(charge))
