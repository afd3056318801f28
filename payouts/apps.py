"""Money from the marketplace to sellers."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Payouts, where they go, and the files that banks exchange about them."""

    name = "payouts"
