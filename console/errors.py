"""Refusals of the console's own."""

from core.errors import BillingError


class ConsolePageNotFound(BillingError):
    """There is no such thing in this organisation."""
