"""Makes a database that was restored into another cluster fit for use."""

from typing import Any

from django.core.management.base import BaseCommand

from ledger.rebuild import rebuild_balances
from operations.another_cluster import continue_transaction_ids


class Command(BaseCommand):
    """To be run before any program starts there."""

    help = "Go on in another cluster of PostgreSQL, after a dump was restored; no program may be running."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on with the ids of transactions, sum up the balances, and say what was done."""
        offset = continue_transaction_ids()
        done = rebuild_balances()
        self.stdout.write(f"Transactions are numbered {offset} higher than the cluster does.")
        self.stdout.write(f"{done.accounts} balances summed up. Now run: manage.py verify")
