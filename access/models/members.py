"""Invitations of people into an organisation, and what became of their roles."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only


class Role(models.TextChoices):
    """What somebody may do for their organisation."""

    BILLING = "billing", "Billing"


class MemberInvitation(models.Model):
    """A mailed link by which one address joins an organisation, or gets roles there. Times are UTC."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    invited_by = models.ForeignKey("customers.Account", models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="invited_email_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="an_invitation_ends_in_one_way", condition=Q(accepted_at=None) | Q(withdrawn_at=None)
            ),
            models.UniqueConstraint(
                name="one_open_invitation_per_address",
                fields=["organization", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.email


class RoleChange(models.Model):
    """A role that somebody was given or that was taken away: by whom, when. Written once, never changed."""

    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="role_changes")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_given = models.BooleanField()
    by = models.ForeignKey("customers.Account", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        triggers = [*append_only()]

    def __str__(self) -> str:
        return f"{self.role} {'given to' if self.is_given else 'taken from'} {self.account}"
