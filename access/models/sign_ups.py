"""Sign-ups: sellers that register themselves, until their e-mail and the operator have said yes."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import clock
from core.ids import new_public_id
from customers.models import MAX_REASON, Account

MAX_NAME = 255


class SignUpStatus(models.TextChoices):
    """How far a sign-up has come."""

    MAILED = "mailed", "E-mail not confirmed yet"
    CONFIRMED = "confirmed", "Waiting for approval"
    DONE = "done", "Signed up"
    REFUSED = "refused", "Refused"


class SignUp(models.Model):
    """What somebody wants to sign up as. Organisation and account are made when all have agreed.

    One for an address that has an account already is kept like others, so that nobody sees the difference;
    the mail tells its owner.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    email = models.EmailField()
    organization_name = models.CharField(max_length=MAX_NAME)
    country = models.CharField(max_length=2)
    password = models.CharField(
        max_length=128, help_text="Hashed; empty once it was handed over.", blank=True
    )
    status = models.CharField(max_length=10, choices=SignUpStatus.choices, default=SignUpStatus.MAILED)
    account = models.OneToOneField(Account, models.PROTECT, null=True, related_name="sign_up")
    reason = models.CharField(max_length=MAX_REASON, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    is_told = models.BooleanField(default=False, help_text="Off, a mail about its status is to be queued.")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        permissions = [("decide_signup", "Can approve and refuse sign-ups")]
        constraints = [
            models.CheckConstraint(name="sign_up_email_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="sign_up_country", condition=Q(country__regex="^[A-Z]{2}$")),
            models.CheckConstraint(
                name="a_sign_up_that_is_done_has_an_account",
                condition=Q(status="done", account__isnull=False, password="")
                | Q(account=None) & ~Q(status="done"),
            ),
            models.CheckConstraint(
                name="a_sign_up_is_confirmed_first",
                condition=Q(status="mailed", confirmed_at=None)
                | Q(confirmed_at__isnull=False) & ~Q(status="mailed"),
            ),
        ]
        indexes = [
            models.Index(name="untold_sign_ups", fields=["id"], condition=Q(is_told=False)),
            models.Index(name="sign_ups_to_decide", fields=["id"], condition=Q(status="confirmed")),
            models.Index(name="sign_ups_of_an_address", fields=["email", "-created_at"]),
            models.Index(name="sign_ups_by_age", fields=["created_at"], condition=Q(status="mailed")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_decided_sign_up_stays_decided",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__status__in=["done", "refused"], new__status__df=pgtrigger.F("old__status")
                ),
            )
        ]

    def __str__(self) -> str:
        return self.organization_name
