"""The command `migrate`, which makes the models of past migrations in less time."""

from typing import Any

from django.core.management.commands import migrate

from runner.past_models import quick_past_models


class Command(migrate.Command):
    """Django's own otherwise."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does."""
        with quick_past_models():
            super().handle(*args, **options)
