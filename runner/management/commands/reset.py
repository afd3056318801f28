"""Begin anew on this machine: delete the embedded database and all that belongs to it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from runner import postgres, reset
from runner.single import AlreadyRunning, only_server

QUESTION = "This deletes every charge, log-in and setting that is kept in {}. Type yes to go on: "


class Command(BaseCommand):
    """Deletes what `manage.py run` keeps in `.data`; a database of DATABASE_URL is never touched."""

    help = "Delete the embedded database of this folder, so that `make run` begins anew."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to go on without the question."""
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete after a yes. Raises CommandError beside a running server or another database."""
        if not postgres.is_used():
            raise CommandError("DATABASE_URL names the database; reset deletes the embedded one only.")
        if not (options["yes"] or input(QUESTION.format(settings.DATA_DIR)) == "yes"):
            raise CommandError("Nothing was deleted.")
        try:
            with only_server(settings.DATA_DIR, address="manage.py reset"):
                reset.delete_data()
        except (AlreadyRunning, reset.InUse) as exc:
            raise CommandError(str(exc)) from exc
        self.stdout.write("All of it is deleted. `make run` begins anew.")
