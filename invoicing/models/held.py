"""Tax invoices that cannot be issued yet, because the rate of their day is missing."""

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core import clock
from core.kept_rows import kept_for_ever
from taxes.models import TaxKind, TaxRate

WITH_ITS_INVOICE = """
IF NOT EXISTS (SELECT FROM invoicing_taxpaper p WHERE p.charge_id = NEW.charge_id AND p.kind = 'invoice') THEN
    RAISE EXCEPTION 'what is held is released by its invoice' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class HeldQuerySet(models.QuerySet["HeldInvoice"]):
    """Which held invoices."""

    def open(self) -> "HeldQuerySet":
        """Keep those that are not issued yet."""
        return self.filter(released_at=None)

    def releasable(self) -> "HeldQuerySet":
        """Keep those whose rate is known by now."""
        rates = TaxRate.objects.filter(country=OuterRef("country"), kind=TaxKind.STANDARD)
        return self.open().filter(Exists(rates.of_day(OuterRef("day"))))


class HeldInvoice(models.Model):
    """The invoice of a collected charge that waits for a rate; it is issued once staff have entered that."""

    charge = models.OneToOneField("charges.Charge", models.PROTECT, related_name="held_invoice")
    country = models.CharField(max_length=2, help_text="Whose rate is missing.")
    day = models.DateField(help_text="Of which day it is missing, in UTC.")
    terms = models.JSONField(help_text="Seller of record and recipient, as they were then.")
    held_at = models.DateTimeField(default=clock.now, editable=False)
    released_at = models.DateTimeField(null=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="held_before_released",
                condition=Q(released_at=None) | Q(released_at__isnull=False, released_at__gte=F("held_at")),
            )
        ]
        indexes = [
            models.Index(name="held_invoices", fields=["country", "day"], condition=Q(released_at=None)),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="what_is_held_stays", fields=["charge", "country", "day", "terms", "held_at"]
            ),
            pgtrigger.Protect(
                name="released_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.released_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="released_by_its_invoice",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=WITH_ITS_INVOICE,
            ),
            *kept_for_ever(),
        ]

    def __str__(self) -> str:
        return f"No rate of {self.country} on {self.day}"
