"""The intent to send: the one place that knows the columns of a new attempt."""

from datetime import datetime, timedelta
from typing import NamedTuple

from charges.models import AttemptState
from core.money import Money

LEASE = timedelta(seconds=120)


class NewAttempt(NamedTuple):
    """The columns of an attempt that is about to be sent. The amount is cents."""

    charge_id: int
    number: int
    key: str
    gateway: str
    token: str
    amount_minor: int
    currency: str
    livemode: bool
    sent_at: datetime
    check_at: datetime
    on_own_account: bool
    id: int | None = None
    state: str = AttemptState.SENDING
    checks: int = 0
    code: str = ""
    hard: bool = False
    message: str = ""


def plan_attempt(
    *,
    charge_id: int,
    number: int,
    key: str,
    money: Money,
    livemode: bool,
    gateway: str,
    token: str,
    on_own_account: bool,
    at: datetime,
    attempt_id: int | None = None,
) -> NewAttempt:
    """Return attempt `number` of a charge, with the lease of its sender from `at` (UTC) on.

    `on_own_account` says that the merchant's own account at the processor is charged.
    """
    return NewAttempt(
        charge_id=charge_id,
        number=number,
        key=key,
        gateway=gateway,
        token=token,
        amount_minor=money.amount_minor,
        currency=money.currency,
        livemode=livemode,
        sent_at=at,
        check_at=at + LEASE,
        on_own_account=on_own_account,
        id=attempt_id,
    )
