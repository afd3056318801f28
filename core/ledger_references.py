"""References by which ledger transactions name our rows. Nothing takes them apart."""

from uuid import UUID

CHARGE = "charge:"
DISPUTE = "dispute:"
ATTEMPT = "attempt:"
PAYOUT = "payout:"


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
