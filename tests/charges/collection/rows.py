"""Rows of attempts and charges as collection locks them, for tests of the rules."""

from datetime import UTC, datetime
from uuid import UUID

from charges.rows import AttemptRow, ChargeRow, LockedAttempt

SENT = datetime(2027, 1, 31, 10, tzinfo=UTC)
ATTEMPT = AttemptRow(
    id=7,
    key="local-charge-1",
    number=1,
    amount_minor=1_000,
    currency="USD",
    livemode=True,
    sent_at=SENT,
    checks=0,
    state="sending",
    check_at=SENT,
    resolved_at=None,
    gateway_reference=None,
    code="",
    hard=False,
    message="",
)
CHARGE = ChargeRow(
    id=3,
    public_id=UUID(int=3),
    kind="charge",
    test=False,
    currency="USD",
    total_minor=1_000,
    buyer_id=12,
    order_application_id=13,
    entered_as="",
    name="Extension",
    payee_id=11,
    commission_minor=200,
    retry_days=[],
    retry_limit=None,
    subscription_id=None,
    period=None,
    due_at=None,
    status="processed",
    collect_at=None,
    finished_at=None,
    failure_code="",
    failure_message="",
    failure_count=0,
    first_declined_at=None,
    given_up_at=None,
    updated_at=SENT,
)


def make_row(state: str = "sending", *, checks: int = 0, number: int = 1, **charge) -> LockedAttempt:
    """An attempt in a state, of a charge with these columns."""
    attempt = ATTEMPT._replace(state=state, checks=checks, number=number)
    return LockedAttempt(attempt, CHARGE._replace(**charge))


def changed(before, after) -> dict:
    """The columns that a change sets, with their new values."""
    return {name: new for name, old, new in zip(before._fields, before, after, strict=True) if old != new}
