"""Plans of a merchant: amount, interval, and direction of the money."""

import pgtrigger
from django.db import models
from django.db.models import Q

from charges.models import MAX_AMOUNT_MINOR, ChargeKind
from core import clock
from core.ids import new_public_id
from core.money import Money
from subscriptions.schedule import Frequency


class PlanKind(models.TextChoices):
    """Whether customers are charged or paid."""

    CHARGE = ChargeKind.CHARGE.value, "Charges the customer"
    DISBURSEMENT = ChargeKind.DISBURSEMENT.value, "Pays the customer"


class Plan(models.Model):
    """The terms that subscriptions of a merchant's customers start from. Amounts are cents."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    merchant = models.ForeignKey(
        "customers.Merchant", models.PROTECT, related_name="plans", db_index=False, editable=False
    )
    code = models.CharField(  # noqa: DJ001 - many have none, and then the id stands in for it
        max_length=60, null=True, help_text="The merchant's own name for it."
    )
    name = models.CharField(max_length=255, blank=True, db_default="")
    is_active = models.BooleanField(default=True, db_default=True, help_text="May be subscribed to.")
    kind = models.CharField(max_length=20, choices=PlanKind.choices, default=PlanKind.CHARGE)
    frequency = models.CharField(max_length=10, choices=[(f.value, f.value) for f in Frequency])
    interval = models.PositiveIntegerField(default=1)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    deleted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_plan_per_code", fields=["merchant", "code"]),
            models.CheckConstraint(
                name="plan_in_range", condition=Q(amount_minor__range=(1, MAX_AMOUNT_MINOR), interval__gte=1)
            ),
        ]
        indexes = [models.Index(name="plan_list", fields=["merchant", "-id"])]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name or f"{Money(self.amount_minor, self.currency)} {self.rhythm}"

    @property
    def rhythm(self) -> str:
        """How often, in words: monthly, or monthly x 3 for every third month."""
        return self.frequency if self.interval == 1 else f"{self.frequency} x {self.interval}"
