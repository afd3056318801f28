"""Corrections: what somebody wants to book by hand, with the paper that shows why."""

from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only


class Correction(models.Model):
    """A request to book by hand; its lines are in the terms of its approval, which never change.

    The file is kept here, beside the books: one backup holds both, and no restore brings back one alone.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    approval = models.OneToOneField("approvals.Approval", models.PROTECT, related_name="correction")
    attachment_name = models.CharField(max_length=120)
    attachment_type = models.CharField(max_length=40)
    attachment = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        permissions = [("add_correction", "Can ask for corrections of the books")]
        constraints = [
            models.CheckConstraint(
                name="a_correction_has_its_paper",
                condition=~Q(attachment_name="") & ~Q(attachment_type=""),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The natural key of its approval and of its ledger transaction."""
        return f"correction:{self.public_id}"
