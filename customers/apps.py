"""The Django app of tenants."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Organisations, accounts, seller apps and payment options."""

    name = "customers"
