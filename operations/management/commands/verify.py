"""Checks every invariant on the data."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from operations.invariants import INVARIANTS
from operations.verification import Breach, find_breaches


class Command(BaseCommand):
    """Exit status 1 and the offending rows when an invariant is broken."""

    help = "Check every invariant on the data; exit status 1 and the offending rows when one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a form for machines."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is broken."""
        breaches = find_breaches(side_by_side=not connection.in_atomic_block)
        if options["json"]:
            self.stdout.write(write_json(breaches))
        else:
            self.stdout.write(write_text(breaches))
        if breaches:
            sys.exit(1)


def write_json(breaches: list[Breach]) -> str:
    """Return the result as one JSON object."""
    broken = [
        {
            "id": breach.invariant.id,
            "sentence": breach.invariant.sentence,
            "hint": breach.invariant.hint,
            "rows": breach.rows,
            "has_more": breach.has_more,
        }
        for breach in breaches
    ]
    result = {"sound": not broken, "checked": [each.id for each in INVARIANTS], "broken": broken}
    return json.dumps(result, default=str, indent=2)


def write_text(breaches: list[Breach]) -> str:
    """Return the result in words."""
    lines = []
    for breach in breaches:
        lines.append(f"BROKEN {breach.invariant.id}: {breach.invariant.sentence}")
        lines += ["  " + ", ".join(f"{k}={v}" for k, v in row.items()) for row in breach.rows]
        lines += ["  ... and more"] if breach.has_more else []
        lines += [f"  hint: {breach.invariant.hint}"] if breach.invariant.hint else []
    held = len(INVARIANTS) - len(breaches)
    return "\n".join([*lines, f"{held} of {len(INVARIANTS)} invariants hold."])
