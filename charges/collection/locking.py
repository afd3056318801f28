"""Locking what an answer changes, always in one order: subscription, charge, attempt, ledger accounts."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.bulk import run_query, write_array
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


ATTEMPTS = """
SELECT a.id, a.key, a.state, a.sent_at, a.amount_minor, a.currency, a.livemode, a.charge_id,
       c.public_id, c.kind, c.entered_as, c.status, c.name, c.payee_id, c.commission_minor, c.retry_days,
       c.retry_limit, c.failure_count, c.failure_message, c.first_declined_at, c.subscription_id, c.period,
       c.due_at, c.given_up_at
FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
WHERE a.id = ANY(%s::bigint[])
ORDER BY c.id, a.id FOR NO KEY UPDATE OF c, a
"""


def lock_attempts(attempt_ids: Collection[int]) -> list[OpenAttempt]:
    """Lock the charges of these attempts, in the order of their ids, and the attempts, and return them."""
    return list(map(OpenAttempt._make, run_query(ATTEMPTS, [write_array(attempt_ids)])))
