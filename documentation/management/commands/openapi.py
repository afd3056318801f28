"""Writes the OpenAPI documents of this checkout."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documentation.site import REFERENCES


class Command(BaseCommand):
    """Write the documents that a server serves at /docs/; neither a server nor a database is asked."""

    help = "Write text.json, billy.json and unibill.json, the OpenAPI documents, into a folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the folder."""
        parser.add_argument("folder", type=Path, help="made if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a file for each dialect. Raises CommandError where that cannot be."""
        folder: Path = options["folder"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, reference in REFERENCES.items():
                (folder / f"{name}.json").write_text(json.dumps(reference.document, indent=2))
        except OSError as exc:
            raise CommandError(f"{exc.filename} cannot be written: {exc.strerror}.") from exc
