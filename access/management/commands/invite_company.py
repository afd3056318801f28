"""manage.py invite_company: print a code that lets one company register."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.registration_codes import invite_company
from core.errors import InvalidField
from core.texts import check_text

MAX_DAYS = 365


class Command(BaseCommand):
    """Invites a company; the code is printed here once and kept nowhere."""

    help = "Print a one-time code, to be sent as the parameter invitation of POST /v1/companies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whom it is for, and for how long."""
        parser.add_argument("--note", default="", help="whom it is for, for your records")
        parser.add_argument("--days", type=int, default=14, help="how long it can be used")

    def handle(self, *args: Any, note: str, days: int, **options: Any) -> None:
        """Make the invitation and print its code."""
        if not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days must be between 1 and {MAX_DAYS}.")
        try:
            note = check_text("note", note, 255)
        except InvalidField as refusal:
            raise CommandError(f"--note {refusal}.") from None
        self.stdout.write(invite_company(note=note, days=days))
