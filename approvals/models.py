"""Approvals: what somebody wants to do with money, and the second person who lets it happen."""

import json
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from approvals.guards import another_one_directed_it, decision_stays, is_asked_first, is_decided_by_staff
from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only, kept_for_ever
from core.transitions import guard_transitions

WHAT_IS_ASKED = (
    *("public_id", "act", "subject", "terms", "fingerprint", "reason"),
    *("requested_by", "requested_by_account", "requested_at"),
)
UNDECIDED = Q(decided_by=None, decided_at=None)
DECIDED = Q(decided_by__isnull=False, decided_at__isnull=False)


class ApprovalAct(models.TextChoices):
    """What needs a second person."""

    REFUND = "refund", "Refund"
    PAYOUT = "payout", "Payout"
    CORRECTION = "correction", "Correction of the books"


class ApprovalStatus(models.TextChoices):
    """How far a request has come."""

    REQUESTED = "requested", "Waits for a second person"
    APPROVED = "approved", "Approved, not done yet"
    REJECTED = "rejected", "Rejected"
    VOID = "void", "Void"
    USED = "used", "Approved and done"


class Approval(FSMModelMixin, models.Model):
    """A request to do exactly this, and the decision of another person. Amounts in terms are minor units."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    act = models.CharField(max_length=20, choices=ApprovalAct.choices)
    subject = models.CharField(max_length=80, help_text="The natural key of what it is about: refund:<id>.")
    terms = models.TextField(help_text="Exactly what will happen, as JSON.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the terms.")
    reason = models.CharField(max_length=255)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    requested_by_account = models.ForeignKey(
        "customers.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    status = FSMField(
        max_length=20, default=ApprovalStatus.REQUESTED, choices=ApprovalStatus.choices, protected=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        permissions = [("approve_money", "Can approve what others want to do with money")]
        constraints = [
            models.CheckConstraint(
                name="an_approval_has_one_requester",
                condition=Q(requested_by__isnull=False, requested_by_account=None)
                | Q(requested_by=None, requested_by_account__isnull=False)
                # What a schedule asks for.
                | Q(act=ApprovalAct.PAYOUT, requested_by=None, requested_by_account=None),
            ),
            models.CheckConstraint(
                name="another_person_decides",
                condition=Q(requested_by=None) | Q(decided_by=None) | ~Q(requested_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="a_decision_has_its_person_and_date",
                condition=UNDECIDED & Q(status=ApprovalStatus.REQUESTED, used_at=None)
                | DECIDED & Q(status__in=[ApprovalStatus.APPROVED, ApprovalStatus.REJECTED], used_at=None)
                | DECIDED & Q(status=ApprovalStatus.USED, used_at__isnull=False)
                | (UNDECIDED | DECIDED) & Q(status=ApprovalStatus.VOID, used_at=None),
            ),
            models.CheckConstraint(name="terms_are_an_object", condition=Q(terms__startswith="{")),
            models.UniqueConstraint(
                name="one_open_approval_of_a_subject",
                fields=["act", "subject"],
                condition=Q(status__in=[ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED]),
            ),
            models.UniqueConstraint(
                name="a_subject_is_done_once", fields=["act", "subject"], condition=Q(status="used")
            ),
        ]
        indexes = [
            models.Index(name="approvals_waiting", fields=["-id"], condition=Q(status="requested")),
            models.Index(name="approvals_of_a_subject", fields=["subject"]),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="what_is_asked_never_changes", fields=[*WHAT_IS_ASKED]),
            is_asked_first(),
            is_decided_by_staff(),
            another_one_directed_it(),
            decision_stays(),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def details(self) -> dict[str, Any]:
        """The terms by their names; amounts are minor units (cents)."""
        details: dict[str, Any] = json.loads(self.terms)
        return details

    @transition(status, source=ApprovalStatus.REQUESTED, target=ApprovalStatus.APPROVED)
    def approve(self, decided_by_id: int) -> None:
        """requested -> approved: another person lets it happen."""
        self.decided_by_id, self.decided_at = decided_by_id, clock.now()

    @transition(status, source=ApprovalStatus.REQUESTED, target=ApprovalStatus.REJECTED)
    def reject(self, decided_by_id: int) -> None:
        """requested -> rejected: another person does not want it."""
        self.decided_by_id, self.decided_at = decided_by_id, clock.now()

    @transition(
        status, source=[ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED], target=ApprovalStatus.VOID
    )
    def void(self) -> None:
        """requested, approved -> void: it was taken back, or it is not what would happen any more."""

    @transition(status, source=ApprovalStatus.APPROVED, target=ApprovalStatus.USED)
    def use(self) -> None:
        """approved -> used: it was done, once."""
        self.used_at = clock.now()


class ApprovalChange(models.Model):
    """One transition of an approval: who made it, when and why."""

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="history")
    from_status = models.CharField(max_length=20, choices=ApprovalStatus.choices)
    to_status = models.CharField(max_length=20, choices=ApprovalStatus.choices)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="an_approval_leaves_a_status_once", fields=["approval", "from_status"]
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"


guard_transitions(Approval)
