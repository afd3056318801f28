"""Refusals about subscriptions."""

from core.errors import BillingError


class SubscriptionNotFound(BillingError):
    """There is no such recurrent charge."""


class NothingHeld(BillingError):
    """Nothing is held back for this subscription."""


class NothingToRetry(BillingError):
    """No payment of this subscription is waiting to be tried again."""
