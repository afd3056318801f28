"""Fees of processors for captured attempts."""

import pgtrigger
from django.db import models
from django.db.models import Q

from charges.models.attempt import Attempt


class AttemptFee(models.Model):
    """What a processor kept of an attempt (cents, in a currency of its own), or when to ask for it again."""

    attempt = models.OneToOneField(Attempt, models.PROTECT, primary_key=True, related_name="fee")
    fee_minor = models.BigIntegerField(null=True, help_text="Cents; empty while it is not known.")
    currency = models.CharField(max_length=3, blank=True, help_text="That of the fee.")
    available_on = models.DateTimeField(null=True, help_text="When the money can be paid out to us.")
    check_at = models.DateTimeField(null=True, help_text="When to ask the processor for the fee.")
    checks = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="a_fee_has_its_currency",
                condition=Q(fee_minor=None, currency="")
                | Q(fee_minor__isnull=False, check_at=None) & ~Q(currency=""),
            )
        ]
        indexes = [
            models.Index(name="fees_to_learn", fields=["check_at"], condition=Q(check_at__isnull=False))
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_known_fee_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__fee_minor__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.fee_minor} {self.currency}"
