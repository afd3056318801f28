"""Events: what has happened to an object, written in the transaction in which it happened."""

from django.db import models
from django.db.models import Q

from core.ids import new_public_id
from core.kept_rows import append_only
from core.transaction_ids import TransactionNumber
from events.types import ROUTINE, EventType, ObjectType

OF_NOTE = ~Q(type__in=[each.value for each in ROUTINE])


class Event(models.Model):
    """One thing that happened to an object.

    It refers to rows without foreign keys, whose checks would cost more than the rest of the insert.

    `xact` orders events by transaction: those of transactions before the oldest that still runs are
    complete, so that a reader who goes on from there misses none.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    xact = models.BigIntegerField(db_default=TransactionNumber(), editable=False)
    type = models.CharField(max_length=40, choices=EventType.choices)
    object_type = models.CharField(max_length=20, choices=ObjectType.choices)
    object_id = models.UUIDField()
    sequence = models.PositiveIntegerField(help_text="The events of an object are numbered from 1.")
    application_id = models.BigIntegerField(null=True, help_text="The application that is sold.")
    organization_id = models.BigIntegerField(help_text="Who is paid.")
    buyer_id = models.BigIntegerField(null=True, help_text="The organisation that buys.")
    livemode = models.BooleanField()
    occurred_at = models.DateTimeField()
    snapshot = models.JSONField(help_text="Where the object stood then. Amounts are cents.")

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="one_event_per_sequence", fields=["object_id", "sequence"]),
            models.CheckConstraint(name="events_are_numbered_from_1", condition=Q(sequence__gte=1)),
        ]
        indexes = [
            models.Index(
                name="events_of_an_application",
                fields=["application_id", "xact", "id"],
                condition=Q(application_id__isnull=False),
            ),
            models.Index(name="events_of_tests", fields=["-id"], condition=Q(livemode=False)),
            models.Index(name="events_of_note", fields=["xact", "id"], condition=OF_NOTE),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}"

    @property
    def public_id(self) -> str:
        """The id that the outside sees."""
        return f"evt_{self.id.hex}"
