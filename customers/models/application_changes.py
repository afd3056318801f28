"""What happened to an application: who made, changed, submitted or decided it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from customers.models.applications import Application

MAX_REASON = 1000


class ApplicationAct(models.TextChoices):
    """What was done."""

    CREATED = "created", "Created"
    CHANGED = "changed", "Changed"
    SECRET_ROTATED = "secret_rotated", "Secret rotated"
    SUBMITTED = "submitted", "Submitted for approval"
    TAKEN_BACK = "taken_back", "Taken back"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


DECISIONS = (ApplicationAct.APPROVED, ApplicationAct.REFUSED)


class ApplicationChange(models.Model):
    """One act on an application: who, when, why. The seller is mailed about decisions."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="changes", db_index=False)
    act = models.CharField(max_length=20, choices=ApplicationAct.choices)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=MAX_REASON, blank=True)
    is_told = models.BooleanField(default=True, help_text="Off, mails about it are to be queued.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="a_refused_application_is_told_why", condition=~Q(act="refused") | ~Q(reason="")
            )
        ]
        indexes = [
            models.Index(name="changes_of_an_application", fields=["application", "-id"]),
            models.Index(name="untold_application_changes", fields=["id"], condition=Q(is_told=False)),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="an_act_stays_what_it_is",
                fields=["public_id", "application", "act", "actor", "reason", "created_at"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_act_display()
