"""The Django app of the doors' shared authentication."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """OAuth, service users, API keys, log-in limits; most of their models are in customers."""

    name = "access"
