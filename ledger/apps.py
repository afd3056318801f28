"""The Django app of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double-entry accounts, transactions, entries and balances."""

    name = "ledger"
