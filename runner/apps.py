"""The Django app of `manage.py run`."""

from django.apps import AppConfig


class RunnerConfig(AppConfig):
    """The programs of a whole server on one machine, and their embedded PostgreSQL."""

    name = "runner"
