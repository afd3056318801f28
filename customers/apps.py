"""Who pays and who is paid."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Organisations, accounts, seller apps and payment options."""

    name = "customers"
