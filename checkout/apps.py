"""The hosted page on which a buyer accepts or declines."""

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    """The buyer's door."""

    name = "checkout"
