"""What processors list as moved in a month, and where that differs from what we have."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.kept_rows import append_only, kept_for_ever

# Who settles what is found no more.
SYSTEM = "system"
# Seconds: a whole month and all around it.
LONGEST_STEP = 100 * 86_400


class Reading(models.Model):
    """The list of one processor for one month, as far as it was read."""

    month = models.ForeignKey("ledger.Month", models.PROTECT, related_name="readings", db_index=False)
    gateway = models.CharField(max_length=30)
    finished_at = models.DateTimeField(null=True, help_text="When it was last read to its end.")
    trouble = models.CharField(max_length=255, blank=True, help_text="Why it could not be read.")
    started_at = models.DateTimeField(null=True, help_text="When the reading that is under way began.")
    read_until = models.DateTimeField(null=True, help_text="As far as that has come.")
    is_compared = models.BooleanField(
        default=False, db_default=False, help_text="What it read to its end was compared with ours."
    )
    compared_at = models.DateTimeField(
        null=True, help_text="What was read by then was in the last comparison."
    )
    step_seconds = models.PositiveIntegerField(
        default=LONGEST_STEP, db_default=LONGEST_STEP, help_text="How long a time is read at once."
    )

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="one_list_per_month", fields=["month", "gateway"])]

    def __str__(self) -> str:
        return f"{self.gateway} {self.month}"


class ListedMovement(models.Model):
    """A line of a processor's list in cents; several of one reference add up, what goes back is negative."""

    gateway = models.CharField(max_length=30)
    booking = models.CharField(max_length=120, help_text="The processor's name of the line.")
    reference = models.CharField(max_length=120, help_text="Its name of the payment, refund or payout.")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    fee_minor = models.BigIntegerField(null=True, help_text="What it kept, in the fee's currency.")
    moved_at = models.DateTimeField()
    read_at = models.DateTimeField(default=clock.now, null=True, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="each_line_of_a_list_once", fields=["gateway", "booking"])
        ]
        indexes = [
            models.Index(name="listed_of_a_movement", fields=["gateway", "reference"]),
            models.Index(name="listed_in_a_month", fields=["gateway", "moved_at"]),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.gateway} {self.booking}"


class DifferenceKind(models.TextChoices):
    """How the list and our books differ."""

    ONLY_LISTED = "only_listed", "Only the processor has it"
    ONLY_OURS = "only_ours", "Only we have it"
    AMOUNT = "amount", "The amounts differ"
    FEE = "fee", "The fees differ"
    DISPUTE = "dispute", "A dispute that the books cannot hold"


class Difference(models.Model):
    """One movement that the processor lists otherwise than we have it, until somebody says what it is."""

    month = models.ForeignKey("ledger.Month", models.PROTECT, related_name="differences", db_index=False)
    gateway = models.CharField(max_length=30)
    kind = models.CharField(max_length=20, choices=DifferenceKind.choices)
    reference = models.CharField(max_length=120)
    attempt = models.ForeignKey("charges.Attempt", models.PROTECT, null=True, related_name="differences")
    currency = models.CharField(max_length=3)
    listed_minor = models.BigIntegerField(null=True, help_text="What the processor lists.")
    ours_minor = models.BigIntegerField(null=True, help_text="What we have.")
    found_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, help_text="When the processor was last asked about it.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=255, blank=True, help_text="What became of it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="each_difference_once",
                fields=["month", "gateway", "reference", "kind", "listed_minor", "ours_minor"],
                condition=~Q(settled_by=SYSTEM),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="settled_by_somebody_with_a_reason",
                condition=Q(settled_at=None, settled_by="", reason="")
                | Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(name="differences_to_settle", fields=["month"], condition=Q(settled_at=None))]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(
                name="a_difference_is_kept_as_found",
                fields=["month", "gateway", "kind", "reference", "listed_minor", "ours_minor", "currency"],
            ),
            pgtrigger.Protect(
                name="what_is_settled_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.reference}"
