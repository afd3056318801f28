"""Money asked for once."""

from django.apps import AppConfig


class ChargesConfig(AppConfig):
    """Direct charges, their attempts and their collection."""

    name = "charges"
