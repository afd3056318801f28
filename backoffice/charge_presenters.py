"""Texts about a charge for staff."""

from backoffice.columns import write_failure, write_instant
from charges.collection.outcomes import GIVEN_UP_CODE
from charges.models import AttemptFee, Charge, ChargeKind, ChargeStatus
from core.billy_guids import CUSTOMER, write_guid
from core.money import Money
from subscriptions.models import Subscription

# The names of the statuses speak of collecting, which is what happens to all but these.
STATUSES: dict[str, dict[str, str]] = {
    ChargeKind.DISBURSEMENT: {
        ChargeStatus.PROCESSED: "Being paid out",
        ChargeStatus.SUCCESS: "Paid out",
        ChargeStatus.FAILED: "Could not be paid out",
    },
    ChargeKind.REFUND: {
        ChargeStatus.PROCESSED: "Being refunded",
        ChargeStatus.SUCCESS: "Refunded",
        ChargeStatus.FAILED: "Could not be refunded",
    },
}


def name_payer(row: Charge | Subscription) -> str:
    """Return the buyer, or what a merchant told us of its customer."""
    if row.customer is None:
        return str(row.buyer)
    return row.customer.full_name or write_guid(CUSTOMER, row.customer.public_id)


def describe_status(charge: Charge) -> str:
    """Return how far it has come."""
    return name_status(charge.kind, charge.status)


def name_status(kind: str, status: str) -> str:
    """Return how far a charge of this kind has come with this status."""
    return STATUSES.get(kind, {}).get(status) or str(dict(ChargeStatus.choices).get(status, status))


def describe_failure(charge: Charge) -> str | None:
    """Return why the money has not moved, and how often that was tried if more than once."""
    if charge.status == ChargeStatus.SUCCESS:
        return None  # What it was refused for before is told by its attempts.
    given_up = "Given up. " if charge.failure_code == GIVEN_UP_CODE else ""
    failure = write_failure(given_up + charge.failure_message, charge.failure_code)
    return f"{failure} ({charge.failure_count} times)" if failure and charge.failure_count > 1 else failure


def describe_period(charge: Charge) -> str:
    """Return what a charge of a subscription is for."""
    if charge.kind == ChargeKind.REFUND:
        return "Refund"
    return "Rest of an invoice" if charge.period is None else f"Period {charge.period + 1}"


def describe_fee(fee: AttemptFee | None) -> str | None:
    """Return what the processor kept of an attempt, and when the rest can be paid out."""
    if fee is None:
        return None
    if fee.fee_minor is None:
        return "not known yet" if fee.check_at else "never told"
    amount = str(Money(fee.fee_minor, fee.currency))
    return f"{amount}, paid out from {write_instant(fee.available_on)} on" if fee.available_on else amount
