"""Refusals of the ledger."""

from core.errors import BillingError


class UnbalancedTransaction(BillingError):
    """The entries of a ledger transaction must add up to zero and none may be zero."""
