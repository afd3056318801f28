"""Seal stored secrets anew under the present SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.resealing import SEALED_COLUMNS, reseal_column


class Command(BaseCommand):
    """Seal everything anew, or say what a former key still seals."""

    help = "Seal every stored secret anew under SECRET_KEY, so that a key in SECRET_KEY_FALLBACKS can go."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to count only."""
        parser.add_argument("--check", action="store_true", help="count; exit with 1 while a key is needed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal and count. Raises CommandError for what a former key seals, or what no key opens."""
        is_needed = False
        for column in SEALED_COLUMNS:
            counts = reseal_column(column, only_count=options["check"])
            done = "under a former key" if options["check"] else "sealed anew"
            self.stdout.write(
                f"{column.model._meta.db_table}.{column.name}: {counts.current} under this key,"
                f" {counts.old} {done}, {counts.unreadable} that no known key opens"
            )
            is_needed |= bool(counts.unreadable or (options["check"] and counts.old))
        if is_needed:
            raise CommandError("Some values need another key; keep SECRET_KEY_FALLBACKS as it is.")
