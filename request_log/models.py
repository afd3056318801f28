"""Requests of programs: who asked for what, how it ended and how long it took."""

from django.db import models
from django.db.models import Q

from core import clock

MAX_PATH = 300
MAX_REFUSAL = 200
REFUSED_FROM = 400


class LoggedRequest(models.Model):
    """One request at an API. Of what was sent only method and path are kept, without the query.

    It refers to rows without foreign keys, whose checks would cost more than the rest of the insert. Who
    asked is blank where nobody is known by what was sent.
    """

    organization_id = models.BigIntegerField(null=True, help_text="The seller whose program asked.")
    application_id = models.BigIntegerField(null=True)
    merchant_id = models.BigIntegerField(null=True)
    service_user_id = models.BigIntegerField(null=True)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=MAX_PATH)
    status = models.PositiveSmallIntegerField()
    request_id = models.CharField("X-Request-ID", max_length=64)
    duration_ms = models.PositiveIntegerField("duration", help_text="Milliseconds.")
    refusal = models.CharField(max_length=MAX_REFUSAL, blank=True, default="", db_default="")
    livemode = models.BooleanField(null=True, help_text="Blank where the request is about no one mode.")
    object_id = models.UUIDField(
        null=True, editable=False, help_text="The public id of what it made or changed; blank for reading."
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "request"
        constraints = [
            models.CheckConstraint(
                name="a_status_is_one_of_http", condition=Q(status__gte=100, status__lte=599)
            ),
        ]
        indexes = [
            models.Index(
                name="requests_of_a_seller",
                fields=["organization_id", "id"],
                condition=Q(organization_id__isnull=False),
            ),
            models.Index(
                name="refused_requests_of_a_seller",
                fields=["organization_id", "id"],
                condition=Q(organization_id__isnull=False, status__gte=REFUSED_FROM),
            ),
            models.Index(
                name="requests_about", fields=["object_id", "-id"], condition=Q(object_id__isnull=False)
            ),
            models.Index(  # Of bytes, for beginnings, whatever the database sorts texts by.
                name="requests_by_ids_begun", fields=["request_id"], opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
