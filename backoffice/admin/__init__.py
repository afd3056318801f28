"""The pages of the admin: what finance staff look at, and the reference data that the operator keeps.

They are here, above the apps, and not in an admin.py of each: docs/decisions/0010-admin-in-one-room.md.
"""

from backoffice.admin import (
    attempts,
    card_testing,
    charges,
    customers,
    disputes,
    invoices,
    ledger,
    log_in_limits,
    merchants,
    people,
    receivables,
    subscriptions,
    webhooks,
)

__all__ = (
    "attempts",
    "card_testing",
    "charges",
    "customers",
    "disputes",
    "invoices",
    "ledger",
    "log_in_limits",
    "merchants",
    "people",
    "receivables",
    "subscriptions",
    "webhooks",
)
