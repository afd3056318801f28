"""Refusals of tax papers."""

from core.errors import BillingError


class PaperNotFound(BillingError):
    """There is no such invoice or credit note."""
