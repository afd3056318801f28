"""Events that processors told us of: each is kept once and says nothing but that it is time to ask."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock

MAX_EVENT_ID = MAX_REFERENCE = 255


class EventSubject(models.TextChoices):
    """What an event is about; the values are those of `gateway.hints.Subject`."""

    MOVEMENT = "movement", "Charge, refund or payout"
    DISPUTE = "dispute", "Dispute"
    CARD = "card", "Card or bank account"


class ProcessorEvent(models.Model):
    """One event of a processor by its id. What it claimed is not kept: the processor is asked."""

    gateway = models.CharField(max_length=30)
    event_id = models.CharField(max_length=MAX_EVENT_ID)
    subject = models.CharField(max_length=20, choices=EventSubject.choices)
    reference = models.CharField(
        max_length=MAX_REFERENCE, help_text="The processor's name of what it is about."
    )
    received_at = models.DateTimeField(default=clock.now, editable=False)
    act_at = models.DateTimeField(
        null=True, default=clock.now, help_text="When to ask the processor; empty when that is done."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(
        max_length=255, blank=True, help_text="Why nothing could be done, or has not been yet."
    )

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="each_event_is_kept_once", fields=["gateway", "event_id"]),
            models.CheckConstraint(
                name="an_event_waits_or_is_done",
                condition=Q(act_at=None, done_at__isnull=False) | Q(act_at__isnull=False, done_at=None),
            ),
        ]
        indexes = [
            models.Index(name="events_to_act_on", fields=["act_at"], condition=Q(act_at__isnull=False)),
            models.Index(
                name="waiting_events_about",
                fields=["reference"],
                condition=Q(act_at__isnull=False),
            ),
            models.Index(name="events_by_age", fields=["received_at"]),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="what_was_told_stays",
                fields=["gateway", "event_id", "subject", "reference", "received_at"],
            ),
            pgtrigger.Protect(
                name="waiting_events_stay",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__act_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_id}"
