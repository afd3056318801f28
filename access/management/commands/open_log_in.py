"""Open a log-in that wrong passwords have closed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.log_in_limits import open_log_in


class Command(BaseCommand):
    """Forget the wrong passwords of a name."""

    help = "Open a log-in that wrong passwords have closed, of a person or of a service user."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it. Raises CommandError when nothing is counted for the name."""
        if not open_log_in(name=options["name"]):
            raise CommandError(f"No wrong password is counted for {options['name']!r}.")
        self.stdout.write(f"{options['name']} can log in again.")
