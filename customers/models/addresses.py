"""Address columns of customers and payment options."""

from django.db import models


class PostalAddress(models.Model):
    """The columns of an address; no part of it is required."""

    street1 = models.CharField(max_length=128, blank=True, default="", db_default="")
    street2 = models.CharField(max_length=128, blank=True, default="", db_default="")
    city = models.CharField(max_length=50, blank=True, default="", db_default="")
    state = models.CharField(max_length=3, blank=True, default="", db_default="")
    country_code = models.CharField(max_length=3, blank=True, default="", db_default="")
    zip_code = models.CharField(max_length=15, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The address in one line."""
        parts = [self.street1, self.street2, self.city, self.state, self.zip_code, self.country_code]
        return ", ".join(part for part in parts if part)
