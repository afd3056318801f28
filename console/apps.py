"""The Django app of the pages at /console/."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The sellers' door; no models."""

    name = "console"
