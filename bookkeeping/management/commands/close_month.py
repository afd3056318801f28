"""Closes a month of the live books, or says why it cannot be closed."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookkeeping.closing import ask_to_close, close_month, prepare_months
from bookkeeping.errors import StatementNotFound
from bookkeeping.month_names import read_month
from core.errors import BillingError
from ledger.models import Month


class Command(BaseCommand):
    """Reads the processors' lists first; running it on a closed month changes nothing."""

    help = "Close a month (UTC) of the live books. What is closed stays closed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the month, and why."""
        parser.add_argument("month", help="such as 2026-11")
        parser.add_argument("--reason", default="monthly close")

    def handle(self, *args: Any, month: str, reason: str, **options: Any) -> None:
        """Close it. Raises CommandError with what is red."""
        while prepare_months():
            pass
        found = self._find(month)
        try:
            asked = ask_to_close(found.pk, actor="command", reason=reason[:200])
        except BillingError as refusal:
            raise CommandError(str(refusal)) from refusal
        while not close_month(asked):
            asked.refresh_from_db()
            if asked.closed_at is None and asked.fenced_at is None:
                raise CommandError(asked.trouble)
            if asked.closed_at is not None:
                break
            time.sleep(1)
        self.stdout.write(f"{month} is closed.")

    def _find(self, text: str) -> Month:
        try:
            found = Month.objects.filter(starts_at=read_month(text)).first()
        except StatementNotFound:
            raise CommandError(f"{text!r} is not a month: write it as 2026-11.") from None
        if found is None:
            raise CommandError(f"There are no live books for {text}, or it is not over.")
        return found
