"""What is in the database after a program has done its work, but for what is never twice the same."""

from typing import Any

from django.apps import apps
from django.db import models

TABLES = (
    "customers.Customer",
    "customers.PaymentOption",
    "subscriptions.Plan",
    "subscriptions.Subscription",
    "subscriptions.SubscriptionAdjustment",
    "ledger.CustomerTransaction",
    "ledger.Allocation",
    "charges.Charge",
    "charges.Attempt",
)
UNLIKE = (models.AutoField, models.ForeignKey, models.UUIDField, models.DateTimeField)
RANDOM = ("gateway_token", "token", "key", "gateway_reference", "creator")


def read_rows(label: str) -> list[dict[str, Any]]:
    """The rows of a table in their order, without ids, instants and what is random."""
    model = apps.get_model(label)
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if not isinstance(field, UNLIKE) and field.name not in RANDOM
    ]
    return list(model.objects.order_by("pk").values(*names))


def count_rows() -> dict[str, int]:
    """How many rows each table has."""
    return {label: apps.get_model(label).objects.count() for label in TABLES}


def read_new_rows(before: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    """The rows that came after they were counted."""
    return {label: read_rows(label)[before[label] :] for label in TABLES}
