"""Disputes: captures that payers' banks took back, and the history of each."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from charges.models.attempt import Attempt
from charges.models.charge import Charge
from charges.models.given_back import DECLARED, DISPUTES_WITHIN
from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only
from core.money import Money
from core.transitions import guard_transitions

CAPTURE = ("public_id", "charge", "attempt", "gateway", "reference", "livemode", "currency", "amount_minor")


class DisputeStatus(models.TextChoices):
    """Where a dispute stands; the values are those of `gateway.hints.DisputeStatus`."""

    OPENED = "opened", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class FeePayer(models.TextChoices):
    """Who bears what a processor keeps for a dispute itself."""

    MARKETPLACE = "marketplace", "The marketplace"
    SELLER = "seller", "The seller"


class Dispute(FSMModelMixin, models.Model):
    """Money of a capture that the payer's bank took back until it is decided who keeps it. Amounts are cents.

    `charges.disputes.record` is the one writer.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="disputes")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="disputes", db_index=False)
    gateway = models.CharField(max_length=30)
    reference = models.CharField(max_length=120, help_text="The processor's name of it.")
    livemode = models.BooleanField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    commission_minor = models.BigIntegerField(
        null=True, help_text="The marketplace's share of it; the seller bears the rest."
    )
    shared_at_opening = models.BooleanField(
        default=True,
        db_default=False,
        help_text="Both bear their shares from the opening on; before there was this, only when it was lost.",
    )
    status = FSMField(
        max_length=20, default=DisputeStatus.OPENED, choices=DisputeStatus.choices, protected=True
    )
    fee_minor = models.BigIntegerField(default=0, help_text="Kept by the processor for the dispute itself.")
    fee_currency = models.CharField(max_length=3)
    fee_payer = models.CharField(
        max_length=20,
        choices=FeePayer.choices,
        default=FeePayer.MARKETPLACE,
        db_default=FeePayer.MARKETPLACE,
        help_text="As the setting DISPUTE_FEE_PAYER said when the dispute was opened.",
    )
    fee_postings = models.PositiveSmallIntegerField(
        default=0, help_text="How many ledger transactions the fee took: the processor may change it."
    )
    reason = models.CharField(max_length=120, blank=True, help_text="The bank's reason, as a code.")
    evidence_due_by = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(help_text="When the processor was asked for what is known here.")
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="one_dispute_per_reference", fields=["gateway", "reference"]),
            models.CheckConstraint(name="dispute_amount_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="a_closed_dispute_has_its_date",
                condition=Q(status=DisputeStatus.OPENED, closed_at=None)
                | ~Q(status=DisputeStatus.OPENED) & Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_dispute_is_shared_by_its_rule",
                condition=Q(shared_at_opening=False, commission_minor=None) & ~Q(status=DisputeStatus.LOST)
                | (Q(shared_at_opening=True) | Q(status=DisputeStatus.LOST))
                & Q(commission_minor__isnull=False, commission_minor__range=(0, F("amount_minor"))),
            ),
            models.CheckConstraint(
                name="a_dispute_fee_has_a_payer", condition=Q(fee_payer__in=FeePayer.values)
            ),
        ]
        indexes = [
            models.Index(
                name="open_disputes", fields=["asked_at"], condition=Q(status=DisputeStatus.OPENED.value)
            ),
            models.Index(
                name="disputes_to_answer",
                fields=["evidence_due_by", "id"],
                condition=Q(status=DisputeStatus.OPENED.value),
            ),
            models.Index(name="disputes_by_amount", fields=["amount_minor", "currency", "-id"]),
            models.Index(
                name="lost_disputes", fields=["closed_at"], condition=Q(status=DisputeStatus.LOST.value)
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="what_it_is_of_never_changes",
                fields=[*CAPTURE, "fee_payer", "shared_at_opening", "opened_at"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="disputes_stay_within_the_charge",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=DECLARED,
                func=DISPUTES_WITHIN,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def money(self) -> Money:
        """The amount that was taken back."""
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money:
        """What the processor keeps for it, in a currency of its own."""
        return Money(self.fee_minor, self.fee_currency)

    @transition(status, source=DisputeStatus.OPENED, target=DisputeStatus.WON)
    def win(self) -> None:
        """opened -> won: the processor gave the money back."""
        self.closed_at = clock.now()

    @transition(status, source=DisputeStatus.OPENED, target=DisputeStatus.LOST)
    def lose(self) -> None:
        """opened -> lost: the payer keeps it."""
        self.closed_at = clock.now()


class DisputeChange(models.Model):
    """One transition of a dispute: when, and from what to what."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="history", db_index=False)
    from_status = models.CharField(max_length=20, choices=DisputeStatus.choices)
    to_status = models.CharField(max_length=20, choices=DisputeStatus.choices)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="a_dispute_is_decided_once", fields=["dispute", "from_status"])
        ]
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"


class UnbookedDispute(models.Model):
    """What a processor says of a dispute that our books cannot hold, though money moved: a person settles it.

    Until then it holds up the close of its month (`bookkeeping.reconciliation`). The amount is cents.
    """

    gateway = models.CharField(max_length=30)
    reference = models.CharField(max_length=120, help_text="The processor's name of it.")
    status = models.CharField(max_length=20, choices=DisputeStatus.choices, help_text="As it was told.")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="+", db_index=False)
    livemode = models.BooleanField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    trouble = models.CharField(max_length=255, help_text="Why it cannot be booked.")
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="each_unbooked_dispute_once", fields=["gateway", "reference", "status"]
            )
        ]
        indexes = [models.Index(name="unbooked_disputes_by_day", fields=["gateway", "found_at"])]
        triggers = append_only()

    def __str__(self) -> str:
        return self.reference


guard_transitions(Dispute)
