"""What people decided about attempts that needed review."""

import pgtrigger
from django.db import models
from django.db.models import Q

from approvals.guards import needs_approval
from approvals.models import ApprovalAct
from charges.models.attempt import Attempt
from core import clock
from core.kept_rows import append_only

# The lock makes who decides at the same moment wait, and find that it is decided.
OF_WHAT_NEEDS_REVIEW = """
    PERFORM FROM charges_attempt WHERE id = NEW.attempt_id AND state = 'needs_review' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only an attempt that needs review is decided by a person'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class ReviewOutcome(models.TextChoices):
    """What a person found out."""

    CAPTURED = "captured", "The money has moved"
    NOT_CAPTURED = "not_captured", "No money has moved"
    ASK_AGAIN = "ask_again", "Ask the processor again"


class AttemptReview(models.Model):
    """A decision about an attempt that needed review, with what the processor said just before.

    One person decides what the processor says, too; anything else is decided by two.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="reviews", db_index=False)
    subject = models.CharField(
        max_length=80, unique=True, help_text="The natural key under which a second person approves it."
    )
    outcome = models.CharField(max_length=20, choices=ReviewOutcome.choices)
    reference = models.CharField(max_length=120, blank=True, help_text="The processor's name of the money.")
    said = models.CharField(max_length=255, help_text="What the processor said when it was decided.")
    agrees = models.BooleanField(help_text="The processor says the same.")
    approval = models.OneToOneField("approvals.Approval", models.PROTECT, null=True, related_name="review")
    reason = models.CharField(max_length=255)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="without_the_processor_two_people_decide",
                condition=Q(agrees=True) | Q(approval__isnull=False),
            ),
            models.CheckConstraint(
                name="moved_money_has_its_reference",
                condition=~Q(outcome=ReviewOutcome.CAPTURED) | ~Q(reference=""),
            ),
        ]
        indexes = [models.Index(name="reviews_of_an_attempt", fields=["attempt", "-id"])]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="is_of_what_needs_review",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=OF_WHAT_NEEDS_REVIEW,
            ),
            needs_approval(
                ApprovalAct.REVIEW,
                subject="NEW.subject",
                terms={"outcome": "NEW.outcome", "reference": "NEW.reference"},
                unless="NEW.agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
