"""The whole server with one command: database, web, workers and beat."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from runner.serving import REFUSALS, run_server


class Command(BaseCommand):
    """Migrate, load the demo, and keep web, workers and beat running until Ctrl-C."""

    # Those that depend on settings. The others are about the code, and would load the pages of the admin.
    requires_system_checks = [Tags.caches, Tags.database, Tags.files, Tags.security, Tags.staticfiles]
    help = "Run the whole server on this machine until Ctrl-C. PORT= and HOST= change the address."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what `run` itself passes on to the process that prepares."""
        parser.add_argument("--prepare", type=Path, metavar="FILE", help=argparse.SUPPRESS)

    def handle(self, *args: Any, prepare: Path | None, **options: Any) -> None:
        """Run until asked to stop, or prepare the database and write the demo's credentials into a file.

        Raises CommandError when it runs already, the port is taken or a program ends.
        """
        if prepare is not None:
            # Only this process needs the demo and its factories.
            from runner import preparing

            try:
                prepare.write_text(json.dumps(preparing.prepare(self.stdout)))
            finally:
                connection.close()
            return
        try:
            run_server()
        except REFUSALS as exc:
            raise CommandError(str(exc)) from exc
