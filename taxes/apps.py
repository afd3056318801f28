"""Tax: rates by country and date, and how a price is split."""

from django.apps import AppConfig


class TaxesConfig(AppConfig):
    """Rates of tax, and the rules that choose one."""

    name = "taxes"
