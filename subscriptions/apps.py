"""Money asked for again."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Subscriptions, their schedule and their renewal."""

    name = "subscriptions"
