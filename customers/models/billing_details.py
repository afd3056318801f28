"""Columns of an organisation that its tax invoices name: legal name, address, VAT number."""

from django.db import models


class BillingDetails(models.Model):
    """Who a tax invoice is made out to, or issued by; no part of it is required."""

    legal_name = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="On invoices, instead of the name."
    )
    street = models.CharField(max_length=128, blank=True, default="", db_default="")
    postal_code = models.CharField(max_length=15, blank=True, default="", db_default="")
    city = models.CharField(max_length=50, blank=True, default="", db_default="")
    country = models.CharField(
        max_length=2, blank=True, default="", db_default="", help_text="ISO 3166: two capital letters."
    )
    vat_number = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="With the prefix of its country."
    )

    class Meta:
        abstract = True
