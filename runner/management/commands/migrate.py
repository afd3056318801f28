"""The command `migrate`, without the state machines of models of past migrations, which take long to make."""

from typing import Any

import django_fsm
from django.core.management.commands import migrate
from django.db.models.signals import ModelSignal


class Unheard(ModelSignal):
    """A signal that keeps no receiver."""

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


class Command(migrate.Command):
    """Django's own, but no field of a past model looks for transitions.

    Migrations make models by the thousand. django-fsm lets each of their states look at every model that is
    made later, and keeps them all for that.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does."""
        told = django_fsm.class_prepared
        django_fsm.class_prepared = Unheard()
        try:
            super().handle(*args, **options)
        finally:
            django_fsm.class_prepared = told
