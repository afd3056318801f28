"""Prints docs/triggers.md."""

from typing import Any

from django.core.management.base import BaseCommand

from operations.schema_pages.triggers import describe_triggers


class Command(BaseCommand):
    """To be run after a trigger or a constraint was added or changed."""

    help = "Print docs/triggers.md: every trigger, constraint and unique column of our tables."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the page."""
        self.stdout.write(describe_triggers(), ending="")
