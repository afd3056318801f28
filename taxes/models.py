"""Rates of tax by country, with their validity."""

from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core import clock
from core.kept_rows import kept_for_ever
from taxes.rules import BASIS, write_percent

# A lock on the country lets its rates be written only one after the other.
ONE_AT_A_TIME = """
PERFORM pg_advisory_xact_lock(hashtext('taxes_taxrate'), hashtext(NEW.country || NEW.kind));
IF EXISTS (
    SELECT FROM taxes_taxrate other
    WHERE other.country = NEW.country AND other.kind = NEW.kind AND other.id IS DISTINCT FROM NEW.id
      AND daterange(other.valid_from, other.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
) THEN
    RAISE EXCEPTION 'two rates of % are valid on one day', NEW.country USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class TaxKind(models.TextChoices):
    """Which rate of a country."""

    STANDARD = "standard", "Standard rate"


class TaxRateQuerySet(models.QuerySet["TaxRate"]):
    """Which rates."""

    def of_day(self, day: Any) -> "TaxRateQuerySet":
        """Keep those valid on a day, or on that of an expression."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def not_followed(self, *, by: date) -> "TaxRateQuerySet":
        """Keep those that end by a day with none of their country on the next day."""
        same = TaxRate.objects.filter(country=OuterRef("country"), kind=OuterRef("kind"))
        followers = same.of_day(OuterRef("valid_to") + timedelta(days=1))
        return self.filter(~Exists(followers), valid_to__lte=by)


class TaxRate(models.Model):
    """The rate of a country between two days. A new rate is a new row: no rate is changed or removed."""

    country = models.CharField(max_length=2, help_text="ISO 3166: two capital letters, such as DE.")
    kind = models.CharField(max_length=20, choices=TaxKind.choices, default=TaxKind.STANDARD)
    basis_points = models.PositiveIntegerField(
        validators=[MaxValueValidator(BASIS)], help_text="Hundredths of a percent: 1900 is 19 %."
    )
    valid_from = models.DateField(help_text="The first day, in UTC.")
    valid_to = models.DateField(
        null=True, blank=True, help_text="The last day; empty until a new rate is known."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(name="tax_rate_country", condition=Q(country__regex="^[A-Z]{2}$")),
            models.CheckConstraint(name="tax_rate_in_range", condition=Q(basis_points__range=(0, BASIS))),
            models.CheckConstraint(
                name="a_tax_rate_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__isnull=False, valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint(name="one_tax_rate_from_a_day", fields=["country", "kind", "valid_from"]),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="rates_never_change",
                fields=["country", "kind", "basis_points", "valid_from", "created_at"],
            ),
            pgtrigger.Trigger(
                name="one_rate_on_a_day",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=ONE_AT_A_TIME,
            ),
            *kept_for_ever(),
        ]

    def __str__(self) -> str:
        return f"{self.country} {write_percent(self.basis_points)} % from {self.valid_from}"

    def clean(self) -> None:
        """Refuse a second rate of a country on one day. Raises ValidationError."""
        if self.valid_from is None:
            return
        others = TaxRate.objects.filter(country=self.country, kind=self.kind).exclude(pk=self.pk)
        if self.valid_to is not None:
            others = others.filter(valid_from__lte=self.valid_to)
        if others.filter(Q(valid_to=None) | Q(valid_to__gte=self.valid_from)).exists():
            raise ValidationError("Another rate is valid on one day of it: end that one first.")
