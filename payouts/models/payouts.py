"""Payouts: money from the marketplace to sellers, and the history of each."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop as _
from django_fsm import FSMField, FSMModelMixin, transition

from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only, kept_for_ever
from core.ledger_references import payout_reference
from core.money import Money
from core.processor_keys import payout_key
from core.transitions import guard_transitions
from customers.models import Organization
from events.guards import each_change_is_told
from payouts.models.accounts import PayoutAccount
from payouts.models.batches import PayoutBatch
from payouts.models.guards import (
    goes_where_it_was_approved_to,
    is_approved_before_it_is_sent,
    locks_its_sum,
)

WHAT_WAS_ASKED = (
    *("public_id", "organization", "currency", "amount_minor", "available_minor"),
    *("month", "actor", "created_at"),
)


class PayoutStatus(models.TextChoices):
    """How far a payout has come."""

    REQUESTED = "requested", _("Waits for approval")
    APPROVED = "approved", _("Approved, not sent yet")
    SENT = "sent", _("On its way")
    SETTLED = "settled", _("Paid")
    RETURNED = "returned", _("Not paid, or came back")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Taken back")


# The sum of these is locked on the in-transit account.
UNDER_WAY = (PayoutStatus.REQUESTED, PayoutStatus.APPROVED, PayoutStatus.SENT)
UNSENT = (PayoutStatus.REQUESTED, PayoutStatus.APPROVED)


class PayoutMethod(models.TextChoices):
    """How a payout is made."""

    PROCESSOR = "processor", "Transfer by the processor"
    BANK_FILE = "bank_file", "File for the bank"
    BY_HAND = "by_hand", "By hand"


class Payout(FSMModelMixin, models.Model):
    """Money that a seller is paid. Amounts are minor units (cents); it is always live money.

    `payouts.history` is its one writer. `check_at` is when a processor is asked next: until then the process
    that sends it has it to itself.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payouts", db_index=False)
    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="payouts", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    available_minor = models.BigIntegerField(help_text="Cents that were available when it was asked for.")
    method = models.CharField(max_length=20, choices=PayoutMethod.choices)
    status = FSMField(
        max_length=20, default=PayoutStatus.REQUESTED, choices=PayoutStatus.choices, protected=True
    )
    month = models.DateField(null=True, help_text="The month that it was scheduled for, by its first day.")
    actor = models.CharField(max_length=120, help_text="Who asked for it.")
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")
    gateway = models.CharField(max_length=30, blank=True)
    reference = models.CharField(
        max_length=140, blank=True, help_text="The name of it at the processor or bank."
    )
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.CharField(max_length=255, blank=True)
    came_back = models.BooleanField(
        default=False, db_default=False, help_text="A statement of the bank shows that it came back."
    )
    check_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)
    event_count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ("add", "view")
        permissions = [("send_payout", "Can send approved payouts and say what became of them")]
        constraints = [
            models.CheckConstraint(
                name="a_payout_is_at_most_what_was_available",
                condition=Q(amount_minor__gt=0) & Q(amount_minor__lte=F("available_minor")),
            ),
            models.CheckConstraint(
                name="a_sent_payout_has_its_date",
                condition=Q(status__in=[PayoutStatus.SENT, PayoutStatus.SETTLED], sent_at__isnull=False)
                | Q(status=PayoutStatus.RETURNED, sent_at__isnull=False)
                | ~Q(status__in=[PayoutStatus.SENT, PayoutStatus.SETTLED, PayoutStatus.RETURNED])
                & Q(sent_at=None, settled_at=None),
            ),
            models.CheckConstraint(
                name="a_settled_payout_has_its_date",
                condition=~Q(status=PayoutStatus.SETTLED) | Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_processor_is_asked_about_what_is_sent",
                condition=Q(check_at=None)
                | Q(status=PayoutStatus.SENT, method=PayoutMethod.PROCESSOR, check_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_scheduled_payout_a_month",
                fields=["organization", "currency", "month"],
                condition=Q(month__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="payouts_of_a_seller", fields=["organization", "-id"]),
            models.Index(name="payouts_by_amount", fields=["amount_minor", "currency", "-id"]),
            models.Index(name="payouts_by_reference", fields=["reference"], condition=~Q(reference="")),
            models.Index(
                name="payouts_under_way", fields=["status", "id"], condition=Q(status__in=[*UNDER_WAY])
            ),
            models.Index(
                name="payouts_to_ask_about", fields=["check_at"], condition=Q(check_at__isnull=False)
            ),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="what_was_asked_never_changes", fields=[*WHAT_WAS_ASKED]),
            each_change_is_told(),
            locks_its_sum(),
            goes_where_it_was_approved_to(),
            is_approved_before_it_is_sent(),
        ]

    def __str__(self) -> str:
        return f"{self.money} {self.public_id}"

    @property
    def money(self) -> Money:
        """What the seller is paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def key(self) -> str:
        """The key under which the processor knows it."""
        return payout_key(self.public_id)

    @property
    def natural_key(self) -> str:
        """The reference of its ledger transactions and of its approval."""
        return payout_reference(self.public_id)

    @property
    def end_to_end_id(self) -> str:
        """The name that goes with it from bank to bank, at most 35 characters."""
        return self.public_id.hex

    @transition(status, source=PayoutStatus.REQUESTED, target=PayoutStatus.APPROVED)
    def approve(self) -> None:
        """requested -> approved: a second person lets it be sent."""

    @transition(status, source=PayoutStatus.APPROVED, target=PayoutStatus.REQUESTED)
    def reopen(self) -> None:
        """approved -> requested: it goes elsewhere now and must be approved anew."""

    @transition(status, source=[*UNSENT], target=PayoutStatus.REJECTED)
    def reject(self) -> None:
        """requested, approved -> rejected: staff do not want it."""

    @transition(status, source=[*UNSENT], target=PayoutStatus.CANCELLED)
    def cancel(self) -> None:
        """requested, approved -> cancelled: the seller does not want it any more."""

    @transition(status, source=PayoutStatus.APPROVED, target=PayoutStatus.SENT)
    def send(self) -> None:
        """approved -> sent: from here on the money may have left."""
        self.sent_at = clock.now()

    @transition(status, source=PayoutStatus.SENT, target=PayoutStatus.SETTLED)
    def settle(self) -> None:
        """sent -> settled: the money left and arrived."""
        self.settled_at, self.check_at = clock.now(), None

    @transition(status, source=[PayoutStatus.SENT, PayoutStatus.SETTLED], target=PayoutStatus.RETURNED)
    def give_back(self, *, code: str, message: str) -> None:
        """sent, settled -> returned: it was not paid, or came back."""
        self.failure_code, self.failure_message, self.check_at = code[:60], message[:255], None


class PayoutChange(models.Model):
    """One transition of a payout: who made it, when and why."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="history")
    from_status = models.CharField(max_length=20, choices=PayoutStatus.choices)
    to_status = models.CharField(max_length=20, choices=PayoutStatus.choices)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        ordering = ["id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"


guard_transitions(Payout)
