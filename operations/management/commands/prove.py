"""Writes the proof that an entry is in the signed ledger of a day."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import BillingError
from ledger.day_trees.prove import prove_entry


class Command(BaseCommand):
    """The file shows the whole ledger transaction of the entry, those of other parties in it too."""

    help = "Write the proof that an entry is in the signed ledger of its day; see docs/proofs.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the entry, the day that the proof leads to, and the file."""
        parser.add_argument("entry", type=int, help="the id of an entry of the ledger")
        parser.add_argument(
            "--until", type=date.fromisoformat, help="a later day, of which you have the root"
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="a file instead of the screen")

    def handle(self, *args: Any, entry: int, until: date | None, output: Path | None, **options: Any) -> None:
        """Write the proof. Raises CommandError for what is in no closed tree, and for a wrong file."""
        try:
            proof = prove_entry(entry, until=until)
        except BillingError as refusal:
            raise CommandError(str(refusal)) from refusal
        text = json.dumps(proof, indent=1, ensure_ascii=False) + "\n"
        if output is None:
            self.stdout.write(text, ending="")
        else:
            try:
                output.write_text(text, encoding="utf-8")
            except OSError as exc:
                raise CommandError(f"{output} cannot be written: {exc.strerror}.") from exc
