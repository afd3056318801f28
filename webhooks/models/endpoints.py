"""Endpoints: where the events of an application go."""

import uuid
from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from core.transaction_ids import OldestTransactionNumber
from customers.models import Application
from events.types import EventType

MAX_URL = 500
MAX_DESCRIPTION = 255


class Format(models.TextChoices):
    """The bodies that an endpoint gets."""

    EVENT = "event", "The event itself"
    TEXT = "text", "Text's own body"


class DisabledReason(models.TextChoices):
    """Why nothing is sent to an endpoint any more."""

    NONE = "", "Not disabled"
    ASKED = "asked", "Somebody switched it off"
    GONE = "gone", "It answered 410 Gone"
    FAILING = "failing", "Nothing succeeded for five days"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Which endpoints."""

    def kept(self) -> "EndpointQuerySet":
        """Keep those that were not deleted."""
        return self.filter(deleted_at=None)

    def served(self) -> "EndpointQuerySet":
        """Keep those to which events are sent."""
        return self.kept().filter(disabled_at=None, application__is_active=True)


class Endpoint(models.Model):
    """A URL of an application, and how far the events have come on the way to it.

    Its position is that of the last event for which deliveries were made; it starts at the oldest transaction
    that runs when the endpoint is made, so that the first event is the one after that.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="webhook_endpoints", db_index=False
    )
    url = models.CharField(max_length=MAX_URL)
    description = models.CharField(max_length=MAX_DESCRIPTION, blank=True)
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.EVENT)
    event_types = ArrayField(
        models.CharField(max_length=40, choices=EventType.choices),
        default=list,
        blank=True,
        help_text="Which events it gets; empty for all.",
    )
    wants_since = models.DateTimeField(
        default=clock.now, editable=False, help_text="Since when it gets these events in this format."
    )
    sealed_secret = models.BinaryField(help_text="What deliveries are signed with, encrypted (core.sealing).")
    sealed_former_secret = models.BinaryField(
        null=True, help_text="The one before, which signs beside the new one until its time is over."
    )
    former_secret_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(
        null=True, help_text="When the first delivery failed after the last one that succeeded."
    )
    warned_at = models.DateTimeField(
        null=True, help_text="When its seller was told that it will be switched off if this goes on."
    )
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.CharField(max_length=10, choices=DisabledReason.choices, blank=True)
    deleted_at = models.DateTimeField(null=True)
    position_xact = models.BigIntegerField(db_default=OldestTransactionNumber(), editable=False)
    position_event = models.UUIDField(default=uuid.UUID(int=0), editable=False)
    event_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="a_disabled_endpoint_says_why",
                condition=Q(disabled_at=None, disabled_reason="")
                | Q(disabled_at__isnull=False) & ~Q(disabled_reason=""),
            ),
            models.CheckConstraint(
                name="a_former_secret_has_an_end",
                condition=Q(sealed_former_secret=None, former_secret_until=None)
                | Q(sealed_former_secret__isnull=False, former_secret_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="endpoints_of_an_application",
                fields=["application", "-id"],
                condition=Q(deleted_at=None),
            ),
            models.Index(
                name="failing_endpoints",
                fields=["failing_since"],
                condition=Q(deleted_at=None, failing_since__isnull=False),
            ),
        ]
        permissions = [
            ("repair_endpoint", "Can send test events, replay deliveries and switch an endpoint on or off")
        ]
        triggers = [
            pgtrigger.ReadOnly(name="endpoint_stays_where_it_is", fields=["public_id", "application"]),
            pgtrigger.Protect(
                name="deleted_endpoints_stay_deleted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__deleted_at__isnull=False, new__deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    def wants(self, event_type: str) -> bool:
        """Say whether it gets events of a type; a test is sent to it alone, and it gets all of its tests."""
        return not self.event_types or event_type in (*self.event_types, EventType.ENDPOINT_TESTED)

    def list_sealed_secrets(self, at: datetime) -> list[bytes]:
        """Return the secrets that sign at an instant (UTC), sealed: the present one, and the one before."""
        sealed = [bytes(self.sealed_secret)]
        if self.sealed_former_secret and self.former_secret_until and at < self.former_secret_until:
            sealed.append(bytes(self.sealed_former_secret))
        return sealed
