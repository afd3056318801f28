"""Takes over a Billy database."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import BillingError
from operations.billy_import.run import Report, import_dump


class Command(BaseCommand):
    """A dry run unless told otherwise; exit status 1 when a row was refused, and then nothing is imported."""

    help = "Import companies, customers, plans and subscriptions of a Billy database from CSV files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and whether to change anything."""
        parser.add_argument(
            "folder", type=Path, help="with company.csv, customer.csv, plan.csv and subscription.csv"
        )
        parser.add_argument("--commit", action="store_true", help="import, instead of saying what would be")
        parser.add_argument(
            "--drop-open-transactions",
            action="store_true",
            help="import even though transaction.csv has some that Billy has not finished; they are lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and print a summary. Raises CommandError."""
        commit = options["commit"]
        try:
            report = import_dump(
                options["folder"],
                commit=commit,
                drop_open=options["drop_open_transactions"],
                tell=self.stderr.write,
            )
        except BillingError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("\n".join(describe(report, commit=commit)))
        if not report.is_clean:
            sys.exit(1)


def describe(report: Report, *, commit: bool) -> list[str]:
    """Return the summary, line by line."""
    lines = [
        f"{name}: {tally.new} new, {tally.known} already there, {tally.refused} refused"
        for name, tally in report.tallies.items()
    ]
    if report.dropped is None:
        lines.append("transaction.csv is not there: whether Billy has finished all payments is not known")
    elif report.dropped:
        lines.append(f"open transactions that will never be finished: {report.dropped}")
    lines += report.forecast.describe()
    if not report.is_clean:
        return [*lines, "Nothing was imported: some rows were refused."]
    return [*lines, "Imported." if commit else "A dry run: nothing was imported. Add --commit to import."]
