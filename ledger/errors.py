"""Refusals of the ledger."""

from core.errors import BillingError


class UnbalancedTransaction(BillingError):
    """The entries of a ledger transaction must add up to zero and none may be zero."""


class NotReversible(BillingError):
    """Transactions of this type cannot be reversed."""


class AlreadyReversed(BillingError):
    """The whole transaction was reversed before."""


class ReversedOnlyWhole(BillingError):
    """Only a payment can be reversed in part, all else is reversed whole."""


class ReversalTooLarge(BillingError):
    """The amount is more than what is left of the payment."""
