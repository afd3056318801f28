"""The command `migrate`, which gives way to those who work, and makes no state machines of past models."""

from typing import Any

import django_fsm
from django.core.management.commands import migrate
from django.db.models.signals import ModelSignal

from runner.migrations_give_way import GivingWay


class Unheard(ModelSignal):
    """A signal that keeps no receiver."""

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


class Command(migrate.Command):
    """Django's own; no migration waits long for a lock, and no field of a past model looks for transitions.

    Migrations make models by the thousand. django-fsm lets each of their states look at every model that is
    made later, and keeps them all for that.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does."""
        told, executor = django_fsm.class_prepared, migrate.MigrationExecutor  # type: ignore[attr-defined]
        django_fsm.class_prepared = Unheard()
        migrate.MigrationExecutor = GivingWay  # type: ignore[attr-defined]
        try:
            super().handle(*args, **options)
        finally:
            django_fsm.class_prepared = told
            migrate.MigrationExecutor = executor  # type: ignore[attr-defined]
