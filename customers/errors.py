"""Refusals about who someone is and what they may do."""

from core.errors import BillingError


class NotAuthenticated(BillingError):
    """A valid access token is needed."""


class NotAuthorized(BillingError):
    """The access token does not allow this."""


class BillingRoleMissing(NotAuthorized):
    """Only an account with the billing role of its organisation may do this."""


class NoPaymentOption(BillingError):
    """The organisation has no payment option to charge."""
