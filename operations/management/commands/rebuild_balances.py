"""Recomputes all balances from the entries."""

from typing import Any

from django.core.management.base import BaseCommand

from ledger.rebuild import rebuild_balances


class Command(BaseCommand):
    """To be run once after a dump was restored into another cluster."""

    help = "Recompute every balance from the ledger's entries; needed after restoring a dump elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say what was done."""
        done = rebuild_balances()
        self.stdout.write(
            f"{done.accounts} balances summed up; {done.entries_moved} entries were beyond the new mark."
        )
