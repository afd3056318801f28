"""The pages of the admin: what finance staff look at, and the reference data that the operator keeps.

They are here, above the apps, and not in an admin.py of each: docs/decisions/0010-admin-in-one-room.md.
"""

from backoffice.admin import (
    approvals,
    attempts,
    card_testing,
    charges,
    corrections,
    customers,
    differences,
    disputes,
    invoices,
    ledger,
    log_in_limits,
    mails,
    merchants,
    months,
    payout_files,
    payouts,
    people,
    receivables,
    sellers,
    statements,
    subscriptions,
    webhooks,
)

__all__ = (
    "approvals",
    "attempts",
    "card_testing",
    "charges",
    "corrections",
    "customers",
    "differences",
    "disputes",
    "invoices",
    "ledger",
    "log_in_limits",
    "mails",
    "merchants",
    "months",
    "payout_files",
    "payouts",
    "people",
    "receivables",
    "sellers",
    "statements",
    "subscriptions",
    "webhooks",
)
