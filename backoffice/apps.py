"""The admin site and what crosses apps: demo, verification, billing runs."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """The finance staff's door."""

    name = "backoffice"
