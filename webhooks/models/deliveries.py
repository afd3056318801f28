"""Deliveries: an event on its way to an endpoint, and each request that carried it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from events.models import Event
from webhooks.models.endpoints import Endpoint

ANSWER_SHOWN = 200
UNFINISHED = Q(delivered_at=None, dead_at=None)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Which deliveries."""

    def unfinished(self) -> "DeliveryQuerySet":
        """Keep those that are neither delivered nor dead."""
        return self.filter(UNFINISHED)


class Delivery(models.Model):
    """An event for an endpoint, once.

    Of the unfinished deliveries of one object only the first is due; the others become due one after the
    other, when the one before is delivered or dead.
    """

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries", db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    object_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    body = models.TextField(help_text="What is sent, each time the same.")
    due_at = models.DateTimeField(
        null=True, help_text="When to send it; empty while it waits for another one of the same object."
    )
    lease_ends_at = models.DateTimeField(null=True, help_text="Until then its sender works on it alone.")
    tries = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Since it was made, or replayed.")
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True, help_text="When the last try failed.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="one_delivery_per_event", fields=["endpoint", "event"]),
            models.CheckConstraint(
                name="a_finished_delivery_is_not_due",
                condition=UNFINISHED
                | Q(dead_at=None, due_at=None, lease_ends_at=None)
                | Q(delivered_at=None, due_at=None, lease_ends_at=None),
            ),
        ]
        indexes = [
            models.Index(
                name="due_deliveries", fields=["endpoint", "due_at"], condition=Q(due_at__isnull=False)
            ),
            models.Index(
                name="deliveries_under_way", fields=["endpoint"], condition=Q(lease_ends_at__isnull=False)
            ),
            models.Index(
                name="unfinished_of_an_object",
                fields=["endpoint", "object_id", "sequence"],
                condition=UNFINISHED,
            ),
            models.Index(name="deliveries_of_an_endpoint", fields=["endpoint", "-id"]),
            models.Index(name="deliveries_of_an_event", fields=["event"]),
            models.Index(name="dead_deliveries", fields=["-id"], condition=Q(dead_at__isnull=False)),
            models.Index(name="deliveries_by_age", fields=["created_at"]),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="what_is_delivered_stays", fields=["endpoint", "event", "object_id", "sequence", "body"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to endpoint {self.endpoint_id}"

    @property
    def is_finished(self) -> bool:
        """Say whether nothing is sent any more."""
        return self.delivered_at is not None or self.dead_at is not None

    def name_status(self) -> str:
        """Return in one word how far it has come."""
        if self.delivered_at is not None:
            return "delivered"
        return "waiting" if self.dead_at is None else "dead"


class Sending(models.Model):
    """One request that carried a delivery, and its answer."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="sendings", db_index=False)
    number = models.PositiveIntegerField(help_text="From 1; the one that is missing was never heard of.")
    sent_at = models.DateTimeField()
    latency_ms = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True)
    trouble = models.CharField(max_length=100, blank=True, help_text="Why there was no answer.")
    answer = models.CharField(
        max_length=ANSWER_SHOWN, blank=True, help_text="How the answer begins, where it is a refusal."
    )

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="each_sending_has_a_number", fields=["delivery", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.status_code or self.trouble}"
