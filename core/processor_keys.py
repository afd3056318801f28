"""Keys under which processors know our rows. Nothing takes them apart."""

from uuid import UUID

from django.conf import settings


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
