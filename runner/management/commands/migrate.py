"""The command `migrate`, which gives way to those who work, and makes past models in less time."""

from typing import Any

from django.core.management.commands import migrate

from runner.migrations_give_way import giving_way
from runner.past_models import quick_past_models


class Command(migrate.Command):
    """Django's own otherwise."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does."""
        with quick_past_models(), giving_way():
            super().handle(*args, **options)
