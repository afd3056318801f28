"""Writes the journal of a time as CSV or as Beancount text."""

from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookkeeping.exports.formats import FORMATS


class Command(BaseCommand):
    """Streams to the standard output, however long the journal is."""

    help = "Write the journal of whole days (UTC) to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the days, the format and the mode."""
        parser.add_argument("--from", dest="start", required=True, metavar="DAY", help="such as 2026-11-01")
        parser.add_argument(
            "--to", dest="end", required=True, metavar="DAY", help="the first day not written"
        )
        parser.add_argument("--format", choices=[*FORMATS], default="csv")
        parser.add_argument("--test", action="store_true", help="test money instead of live money")

    def handle(self, *args: Any, start: str, end: str, format: str, test: bool, **options: Any) -> None:
        """Write it. Raises CommandError."""
        first, last = read_day("--from", start), read_day("--to", end)
        if first >= last:
            raise CommandError("--to must be later than --from.")
        for line in FORMATS[format].write(first, last, livemode=not test):
            self.stdout.write(line, ending="")


def read_day(name: str, text: str) -> datetime:
    """Return the first instant (UTC) of a day. Raises CommandError."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{name} {text!r} is not a day: write it as 2026-11-01.") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
