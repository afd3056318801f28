"""What an outcome leads to beside the charge: in the ledger, on an account, for a subscription."""

from collections.abc import Callable
from datetime import datetime

from charges.models import ChargeKind
from charges.rows import ChargeRow, LockedAttempt, PeriodPayment, ReceivableEntry
from core.ledger_references import charge_reference
from ledger.postings import Posting, Source


def post_money(row: LockedAttempt, at: datetime, post: Callable[..., Posting]) -> Posting | None:
    """Return the posting of what an attempt moved at an instant (UTC), as `post` has it; None for nothing."""
    attempt, charge = row
    if attempt.on_own_account:
        return None  # What moves on a merchant's own account is none of the marketplace's money.
    source = Source(charge_reference(charge.public_id), charge.name, attempt.livemode, attempt.currency, at)
    return post(
        source,
        seller_id=charge.payee_id,
        total_minor=attempt.amount_minor,
        commission_minor=charge.commission_minor,
    )


def enter(row: LockedAttempt, *, is_captured: bool) -> ReceivableEntry | None:
    """Return what the outcome is to the customer's account; None for a charge that has none."""
    if not row.charge.entered_as:
        return None
    return ReceivableEntry(row.charge.id, row.attempt.id, is_captured)


def tell_subscription(charge: ChargeRow, at: datetime, *, is_paid: bool) -> PeriodPayment | None:
    """Return what the subscription is told of a payment; None where there is none to tell."""
    if charge.kind == ChargeKind.REFUND or charge.subscription_id is None or charge.due_at is None:
        return None
    return PeriodPayment(
        subscription_id=charge.subscription_id,
        period=charge.period,
        due_at=charge.due_at,
        at=at,
        is_paid=is_paid,
        retry_at=charge.collect_at,
        message="" if is_paid else charge.failure_message,
    )
