"""Keys and references of our rows, as processors and the ledger store them. Nothing takes them apart."""

from uuid import UUID

from django.conf import settings

CHARGE = "charge:"


def attempt_key(public_id: UUID, number: int) -> str:
    """Return the key under which a processor knows an attempt: that of a charge, by its number from 1."""
    return f"{settings.DEPLOYMENT}-{public_id}-{number}"


def customer_key(public_id: UUID) -> str:
    """Return the key under which a processor opens its record of a customer."""
    return f"{settings.DEPLOYMENT}-customer-{public_id}"


def buyer_key(public_id: UUID) -> str:
    """Return the key under which a processor opens its record of a buyer organisation."""
    return f"{settings.DEPLOYMENT}-buyer-{public_id}"


def charge_reference(public_id: UUID) -> str:
    """Return the reference of the ledger transaction that books a charge, disbursement or refund."""
    return f"{CHARGE}{public_id}"


def write_charge_reference(column: str) -> str:
    """Return charge_reference as SQL, for a column of public ids."""
    return f"'{CHARGE}' || {column}"
