"""Where money is recorded."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double-entry accounts, transactions, entries and balances."""

    name = "ledger"
