"""The OpenAPI document of the Billy dialect."""

from dialects.billy.urls import urlpatterns
from dialects.openapi import Schema, build_document

INTRODUCTION = (
    "Companies, customers, plans, subscriptions, transactions and invoices as clients of Billy"
    " (balanced/billy) call them. Parameters come in the query or in a form body, which may be multipart too;"
    " JSON bodies are not read."
    " Every success is 200 with JSON; a refusal is a status with a small page or plain text. Lists work with"
    " and without a slash at their end, and HEAD wherever GET does."
)


def describe() -> Schema:
    """Return the document."""
    return build_document(
        patterns=urlpatterns,
        title="Billing: the Billy dialect",
        version="v1",
        description=INTRODUCTION,
    )
