"""How far the events have been read for mails."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q


class MailPosition(models.Model):
    """The one row that says behind which event the next ones are read; whoever reads has it locked.

    The migration makes it, so that nobody is mailed about what happened before there were mails.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    xact = models.BigIntegerField(default=0)
    event = models.UUIDField(default=uuid.UUID(int=0))

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="there_is_one_position", condition=Q(id=1))]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.xact} {self.event}"
