"""Addresses that get no mails: some none at all, some none of a kind."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import clock
from mail.kinds import Kind

MAX_ADDRESS = 254


class BlockReason(models.TextChoices):
    """Why nothing is sent to an address any more."""

    BOUNCED = "bounced", "Its server refuses mails for it"
    COMPLAINED = "complained", "Its owner called a mail spam"


class BlockedAddress(models.Model):
    """An address to which nothing is sent until staff say otherwise."""

    address = models.CharField(max_length=MAX_ADDRESS, unique=True, help_text="In small letters.")
    reason = models.CharField(max_length=20, choices=BlockReason.choices)
    detail = models.CharField(max_length=200, blank=True, help_text="What the other server said.")
    blocked_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, help_text="When staff had mails sent to it again.")

    class Meta:
        verbose_name_plural = "blocked addresses"
        default_permissions = ("view",)
        permissions = [("unblock_address", "Can have mails sent to an address again")]
        constraints = [
            models.CheckConstraint(name="blocked_address_is_lower", condition=Q(address=Lower("address"))),
            models.CheckConstraint(name="an_address_is_blocked_for_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.address


class Unsubscription(models.Model):
    """A kind of mails that an address wants no more of."""

    address = models.CharField(max_length=MAX_ADDRESS, help_text="In small letters.")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_unsubscription_per_kind", fields=["address", "kind"]),
            models.CheckConstraint(
                name="unsubscribed_address_is_lower_case", condition=Q(address=Lower("address"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.kind}"
