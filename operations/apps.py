"""The Django app of the operator's commands."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Rehearsal, verification, the demo, and the import from Billy."""

    name = "operations"
