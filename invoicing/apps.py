"""Tax invoices and credit notes."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """Papers for what was collected and given back: numbers, tax, files."""

    name = "invoicing"
