"""Invitations by mail: to be a member of an organisation, or to sign up a new one in the console."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import clock
from core.ids import new_public_id
from customers.models import Account, Organization, Role


class ConsoleInvitation(models.Model):
    """A mailed link that lets one address in, once, until it expires or is taken back."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    email = models.EmailField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="invitations", db_index=False
    )
    roles = ArrayField(models.CharField(max_length=10, choices=Role.choices), default=list)
    invited_by = models.CharField(max_length=120)
    inviter = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The link works while this member may give the roles; none when staff invited.",
    )
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="When it was used or taken back.")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", db_index=False, help_text="Who used it."
    )
    is_told = models.BooleanField(default=False, help_text="Off, its mail is to be queued.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(name="invitation_email_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="an_invitation_has_roles", condition=~Q(roles=[])),
            models.CheckConstraint(
                name="a_used_invitation_has_ended", condition=Q(account=None) | Q(ended_at__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_open_invitation_of_an_address",
                fields=["organization", "email"],
                condition=Q(ended_at=None),
            ),
            models.UniqueConstraint(
                name="one_open_invitation_of_a_new_seller",
                fields=["email"],
                condition=Q(ended_at=None, organization=None),
            ),
        ]
        indexes = [
            models.Index(name="untold_invitations", fields=["id"], condition=Q(is_told=False)),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="an_invitation_stays_what_it_is",
                fields=[
                    "public_id",
                    "email",
                    "organization",
                    "roles",
                    "invited_by",
                    "inviter",
                    "created_at",
                ],
            ),
            pgtrigger.Protect(
                name="an_ended_invitation_stays_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__ended_at__isnull=False, new__ended_at__df=pgtrigger.F("old__ended_at")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.email
