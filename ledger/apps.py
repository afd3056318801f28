"""The Django app of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double-entry accounts, transactions, entries and balances."""

    name = "ledger"

    def ready(self) -> None:
        """Have the private halves of signing keys sealed anew with all other secrets."""
        from access.resealing import SealedColumn, keep_sealed
        from ledger.day_trees.keys import PURPOSE
        from ledger.models import SigningKey

        keep_sealed(SealedColumn(SigningKey, "sealed_private_key", PURPOSE))
