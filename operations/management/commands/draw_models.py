"""Prints docs/models.md."""

from typing import Any

from django.core.management.base import BaseCommand

from operations.schema_pages.diagrams import draw_models


class Command(BaseCommand):
    """To be run after a model or a transition was added or changed."""

    help = "Print docs/models.md: our tables and the states of their rows as Mermaid diagrams."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the page."""
        self.stdout.write(draw_models(), ending="")
