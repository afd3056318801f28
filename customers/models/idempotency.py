"""The memory of keyed requests."""

from django.db import models

from core import clock

MAX_ROUTE = 120


class IdempotencyKey(models.Model):
    """One keyed POST of one caller: in progress until its answer is stored with its effect."""

    principal = models.CharField(max_length=120)
    route = models.CharField(max_length=MAX_ROUTE)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    owner = models.UUIDField()
    locked_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_effect_per_key", fields=["principal", "route", "key"]),
            models.CheckConstraint(
                name="a_completed_key_has_its_answer",
                condition=models.Q(status=None, body=None)
                | models.Q(status__isnull=False, status__gt=0, body__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
