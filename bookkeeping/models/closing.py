"""How far the close of a month has come, so that who takes it up goes on there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Closing(models.Model):
    """The steps of a close that are done since the fence, and until when somebody is at the next."""

    month = models.OneToOneField("ledger.Month", models.PROTECT, related_name="closing")
    fenced_at = models.DateTimeField()
    done = ArrayField(models.CharField(max_length=40), default=list)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month}: {len(self.done)} steps"
