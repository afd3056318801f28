"""Counts the figures of the admin's first page anew."""

from typing import Any

from django.core.management.base import BaseCommand

from bookkeeping.figures.counting import count_figures, recount_figures


class Command(BaseCommand):
    """To be run once after a dump was restored into another cluster."""

    help = "Count the figures by day from the first ledger entry on; needed after restoring a dump elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget the figures and count them."""
        recount_figures()
        count_figures()
        self.stdout.write("The figures are counted.")
