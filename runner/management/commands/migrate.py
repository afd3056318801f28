"""The command `migrate`, in half the time: models of past migrations need no state machines."""

from types import SimpleNamespace
from typing import Any

import django_fsm
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own, but no field of a past model looks for transitions.

    Migrations make models by the thousand, django-fsm has each of their states look at every model that is
    made later, and it forgets none of them.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does."""
        told = django_fsm.class_prepared
        django_fsm.class_prepared = SimpleNamespace(connect=lambda receiver: None)
        try:
            super().handle(*args, **options)
        finally:
            django_fsm.class_prepared = told
