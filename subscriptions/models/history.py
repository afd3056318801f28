"""The history of a subscription: written once, never changed."""

import pgtrigger
from django.db import models

from core import clock
from subscriptions.models.labels import SubscriptionStatus
from subscriptions.models.subscription import Subscription


class SubscriptionChange(models.Model):
    """One transition, or one act of staff that leaves the status as it is: who, when, why."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="history")
    from_status = models.CharField(max_length=20, choices=SubscriptionStatus.choices)
    to_status = models.CharField(max_length=20, choices=SubscriptionStatus.choices)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
