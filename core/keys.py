"""Keys and references of our rows, as processors and the ledger store them. Nothing takes them apart."""

from uuid import UUID

from django.conf import settings

CHARGE = "charge:"
DISPUTE = "dispute:"
ATTEMPT = "attempt:"
PAYOUT = "payout:"


def attempt_key(public_id: UUID, number: int) -> str:
    """Return the key under which a processor knows an attempt: that of a charge, by its number from 1."""
    return f"{settings.DEPLOYMENT}-{public_id}-{number}"


def period_key(subscription_id: UUID, period: int, number: int) -> str:
    """Return the same for a charge that pays a period: whoever bills that period anew makes the same keys."""
    return f"{settings.DEPLOYMENT}-{subscription_id}-period-{period}-{number}"


def customer_key(public_id: UUID) -> str:
    """Return the key under which a processor opens its record of a customer."""
    return f"{settings.DEPLOYMENT}-customer-{public_id}"


def buyer_key(public_id: UUID) -> str:
    """Return the key under which a processor opens its record of a buyer organisation."""
    return f"{settings.DEPLOYMENT}-buyer-{public_id}"


def payout_key(public_id: UUID) -> str:
    """Return the key under which a processor knows a payout to a seller."""
    return f"{settings.DEPLOYMENT}-payout-{public_id}"


def charge_reference(public_id: UUID) -> str:
    """Return the reference of the ledger transaction that books a charge, disbursement or refund."""
    return f"{CHARGE}{public_id}"


def write_charge_reference(column: str) -> str:
    """Return charge_reference as SQL, for a column of public ids."""
    return f"'{CHARGE}' || {column}"


def dispute_reference(public_id: UUID) -> str:
    """Return the reference of the ledger transactions of a dispute: one of each kind but fees."""
    return f"{DISPUTE}{public_id}"


def dispute_fee_reference(public_id: UUID, number: int) -> str:
    """Return the reference of the ledger transaction of a dispute's fee, or of its change, from 1 on."""
    return f"{DISPUTE}{public_id}:{number}"


def write_dispute_reference(column: str) -> str:
    """Return dispute_reference as SQL, for a column of public ids."""
    return f"'{DISPUTE}' || {column}"


def attempt_reference(public_id: UUID, number: int) -> str:
    """Return the reference of the ledger transaction of an attempt's fee: its charge and its number."""
    return f"{ATTEMPT}{public_id}:{number}"


def write_attempt_reference(column: str, number: str) -> str:
    """Return attempt_reference as SQL, for columns of the charge's public id and the attempt's number."""
    return f"'{ATTEMPT}' || {column} || ':' || {number}"


def payout_reference(public_id: UUID) -> str:
    """Return the reference of the ledger transactions of a payout, and of its approval."""
    return f"{PAYOUT}{public_id}"


def write_payout_reference(column: str) -> str:
    """Return payout_reference as SQL, for a column of public ids."""
    return f"'{PAYOUT}' || {column}"
