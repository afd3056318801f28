"""Refusals of the services around webhooks."""

from core.errors import BillingError


class EndpointNotFound(BillingError):
    """There is no such endpoint."""


class DeliveryNotFound(BillingError):
    """There is no such delivery."""


class TooManyEndpoints(BillingError):
    """The application has as many endpoints as it may have; delete one first."""


class TooManyTests(BillingError):
    """Test events of this endpoint wait already; see what became of them first."""
