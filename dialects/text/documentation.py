"""The OpenAPI document of the Text dialect."""

from dialects.openapi import Schema, build_document
from dialects.text.urls import urlpatterns

INTRODUCTION = (
    "Direct charges, recurrent charges, the ledger, cards, webhooks and events as clients of the Text"
    " (LiveChat) Billing API call them. Amounts are in the smallest unit of the currency, such as cents;"
    ' instants are UTC. Every refusal is {"error": {"type", "message", "details"}}.'
)


def describe() -> Schema:
    """Return the document."""
    return build_document(
        patterns=urlpatterns,
        title="Billing: the Text dialect",
        version="v1, v2, v3",
        description=INTRODUCTION,
        names_choices=True,
    )
