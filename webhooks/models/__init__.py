"""Endpoints, deliveries, and the requests that carried them."""

from webhooks.models.deliveries import Delivery, Sending
from webhooks.models.endpoints import DisabledReason, Endpoint, Format

__all__ = ("Delivery", "DisabledReason", "Endpoint", "Format", "Sending")
