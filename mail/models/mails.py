"""The mail: what it is about, for whom, and how far it has come. What it says is written when it is sent."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from customers.models import Account, Application
from mail.kinds import Kind
from mail.models.addresses import MAX_ADDRESS

WAITS = Q(due_at__isnull=False, sent_at=None, failed_at=None, withheld="")
SENT = Q(due_at=None, sent_at__isnull=False, failed_at=None, withheld="")
FAILED = Q(due_at=None, sent_at=None, failed_at__isnull=False, withheld="")
KEPT_BACK = Q(due_at=None, sent_at=None, failed_at=None) & ~Q(withheld="")


class Withheld(models.TextChoices):
    """Why a mail was not sent when its turn came."""

    NO = "", "It was not"
    BLOCKED = "blocked", "Nothing is sent to this address"
    UNSUBSCRIBED = "unsubscribed", "The address wants no more of this kind"
    OUTDATED = "outdated", "It was no longer true"


class Mail(models.Model):
    """One mail to one address, made in the transaction that read its cause.

    The facts are ids, amounts (cents) and instants (UTC). The words are not kept: they are written from the
    facts and the rows that these name.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    cause = models.CharField(max_length=100, help_text="The event, or what else it was made for.")
    address = models.CharField(max_length=MAX_ADDRESS)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="+", db_index=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    object_id = models.UUIDField(help_text="The charge, subscription, ... that it is about; zeros for none.")
    facts = models.JSONField(default=dict)
    livemode = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="en")
    due_at = models.DateTimeField(
        null=True, help_text="When to send it; while it is being sent, when its sender is given up."
    )
    tries = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, help_text="Why the last try failed.")
    resends = models.PositiveSmallIntegerField(default=0, help_text="How often staff had it sent again.")
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="When it was given up.")
    withheld = models.CharField(max_length=20, choices=Withheld.choices, blank=True)
    provider_id = models.CharField(max_length=200, blank=True, help_text="The provider's name of it.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        permissions = [("resend_mail", "Can have a mail sent again")]
        constraints = [
            models.UniqueConstraint(
                name="one_mail_per_cause_and_address", fields=["cause", "kind", "address"]
            ),
            models.CheckConstraint(
                name="a_mail_waits_or_has_ended_in_one_way", condition=WAITS | SENT | FAILED | KEPT_BACK
            ),
            models.CheckConstraint(name="a_mail_has_an_address", condition=~Q(address="") & ~Q(cause="")),
        ]
        indexes = [
            models.Index(name="due_mails", fields=["due_at", "id"], condition=Q(due_at__isnull=False)),
            models.Index(name="failed_mails", fields=["-id"], condition=Q(failed_at__isnull=False)),
            models.Index(name="mails_of_tests", fields=["-id"], condition=Q(livemode=False)),
            models.Index(name="mails_about", fields=["object_id", "kind"]),
            models.Index(name="mails_to", fields=["address", "-id"]),
            models.Index(name="mails_by_age", fields=["created_at"]),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="a_mail_stays_what_it_is",
                fields=[
                    *("public_id", "kind", "cause", "address", "account", "application", "staff"),
                    *("object_id", "facts", "livemode", "language", "created_at"),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.address}"

    def name_status(self) -> str:
        """Return in one word how far it has come."""
        if self.sent_at is not None:
            return "sent"
        if self.failed_at is not None:
            return "failed"
        return "withheld" if self.withheld else "waiting"
