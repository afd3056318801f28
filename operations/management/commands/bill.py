"""Runs what is due, now or up to an instant to come."""

from datetime import datetime
from typing import Any

import click
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.errors import BillingError
from core.instants import read_instant
from operations.rehearsal import Summary, preview_billing, run_billing


class Command(BaseCommand):
    """What beat does all the time; running it twice changes nothing."""

    help = "Run everything due now, or with --as-of all that falls due up to then, each at its own instant."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the instant, and whether to change anything."""
        parser.add_argument("--as-of", metavar="T", help="such as 2027-01-31T10:00:00Z (ISO 8601 with zone)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print a summary. Raises CommandError."""
        until = read_as_of(options["as_of"]) if options["as_of"] is not None else None
        try:
            if options["dry_run"]:
                lines = preview_billing(until=until).describe("would collect", "would ask about")
            elif until is not None and self.stdout.isatty():
                lines = rehearse_with_progress(until).describe("collected", "declined", "unknown")
            else:
                lines = run_billing(until=until).describe("collected", "declined", "unknown")
        except BillingError as exc:
            raise CommandError(str(exc)) from exc
        self.stdout.write("\n".join(lines))


def rehearse_with_progress(until: datetime) -> Summary:
    """Run up to `until` (UTC) and show how far the rehearsed clock has come."""
    start = clock.now()
    minutes = max(1, int((until - start).total_seconds() // 60))
    with click.progressbar(length=minutes, label="Rehearsing") as bar:
        return run_billing(
            until=until,
            report=lambda instant: bar.update(int((instant - start).total_seconds() // 60) - bar.pos),
        )


def read_as_of(text: str) -> datetime:
    """Return the instant in UTC. Raises CommandError for anything but ISO 8601 with a zone."""
    try:
        return read_instant(text)
    except ValueError:
        raise CommandError(
            f"--as-of {text!r} is not an instant: write ISO 8601 with a zone, such as 2027-01-31T10:00:00Z."
        ) from None
