"""Changes to a subscription's course that were agreed for a date."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from subscriptions.models.subscription import Subscription


class AdjustmentKind(models.TextChoices):
    """What changes."""

    SKIP = "skip", "Some periods are not billed"
    CANCEL = "cancel", "The subscription ends"


class SubscriptionAdjustment(models.Model):
    """A skip or an end; written once, never changed."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=10, choices=AdjustmentKind.choices)
    effective_on = models.DateField()
    end_on = models.DateField(null=True, help_text="When the first period after a skip begins.")
    first_period = models.IntegerField(null=True, help_text="The first period that a skip leaves out.")
    length = models.PositiveSmallIntegerField(null=True, help_text="How many periods a skip leaves out.")
    note = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_skip_has_its_periods",
                condition=Q(
                    kind=AdjustmentKind.SKIP,
                    first_period__isnull=False,
                    first_period__gte=0,
                    length__isnull=False,
                    length__gte=1,
                    end_on__isnull=False,
                )
                | Q(kind=AdjustmentKind.CANCEL, first_period=None, length=None, end_on=None),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} from {self.effective_on}"
