"""One try to move the money of a charge through a gateway."""

from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from charges.models.charge import Charge
from charges.models.guards import is_made_with_an_active_option, takes_only_what_was_accepted
from core import clock
from core.due_by_clock import on_this_clock
from core.money import Money
from core.transitions import guard_transitions


class AttemptState(models.TextChoices):
    """What is known about an attempt."""

    SENDING = "sending", "Being sent"
    UNKNOWN = "unknown", "Sent, outcome unknown"
    AWAITING_BUYER = "awaiting_buyer", "The payer must confirm"
    SUCCEEDED = "succeeded", "Captured"
    DECLINED = "declined", "Declined"
    VOIDED = "voided", "Never sent, or cancelled"
    NEEDS_REVIEW = "needs_review", "A person must find out"
    RETURNED = "returned", "Paid, and came back"


LIVE_STATES = (
    AttemptState.SENDING,
    AttemptState.UNKNOWN,
    AttemptState.AWAITING_BUYER,
    AttemptState.SUCCEEDED,
    AttemptState.NEEDS_REVIEW,
)
OPEN_STATES = (AttemptState.SENDING, AttemptState.UNKNOWN, AttemptState.AWAITING_BUYER)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Which attempts."""

    def unresolved(self) -> "AttemptQuerySet":
        """Keep those of this clock that are to be asked for: the sender is gone or the outcome unknown."""
        watched = self.filter(on_this_clock("charge__"), state__in=OPEN_STATES)
        return watched.filter(check_at__lte=clock.now()).order_by("check_at")

    def waiting(self) -> "AttemptQuerySet":
        """Keep those that nobody is sending: the outcome is unknown, or the payer has to confirm."""
        return self.filter(state__in=(AttemptState.UNKNOWN, AttemptState.AWAITING_BUYER))


class Attempt(FSMModelMixin, models.Model):
    """The k-th attempt to collect a charge. The key is made once, before anything is sent."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="attempts", db_index=False)
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    gateway = models.CharField(max_length=30)
    token = models.CharField(max_length=255, editable=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    livemode = models.BooleanField()
    on_own_account = models.BooleanField(
        default=False,
        db_default=False,
        help_text="On the merchant's own account at the processor: its money never comes to the marketplace.",
    )
    state = FSMField(
        max_length=20, default=AttemptState.SENDING, choices=AttemptState.choices, protected=True
    )
    check_at = models.DateTimeField(
        null=True, help_text="The lease of who works on it ends here; then the resolver asks the gateway."
    )
    checks = models.PositiveSmallIntegerField(default=0)
    gateway_reference = models.CharField(max_length=120, null=True)  # noqa: DJ001 - unique when known
    code = models.CharField(max_length=40, blank=True)
    hard = models.BooleanField(default=False, help_text="The gateway says that trying again is pointless.")
    message = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        permissions = [("review_attempt", "Can decide about an attempt that needs review")]
        constraints = [
            models.UniqueConstraint(name="attempt_keys_are_unique", fields=["key"]),
            models.UniqueConstraint(name="attempt_numbers_are_unique", fields=["charge", "number"]),
            models.UniqueConstraint(
                name="one_live_attempt", fields=["charge"], condition=Q(state__in=LIVE_STATES)
            ),
            models.UniqueConstraint(
                name="one_attempt_per_capture",
                fields=["gateway", "gateway_reference"],
                condition=Q(gateway_reference__isnull=False),
            ),
            models.CheckConstraint(name="attempt_amount_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="open_attempts_are_watched",
                condition=Q(state__in=OPEN_STATES, check_at__isnull=False)
                | ~Q(state__in=OPEN_STATES) & Q(check_at=None),
            ),
        ]
        indexes = [
            models.Index(name="attempt_unresolved", fields=["check_at"], condition=Q(state__in=OPEN_STATES)),
            models.Index(name="attempts_by_day", fields=["sent_at", "id"]),
            models.Index(name="failed_attempts_by_day", fields=["sent_at", "id"], condition=~Q(code="")),
            models.Index(
                name="failed_attempts_by_reason", fields=["code", "sent_at", "id"], condition=~Q(code="")
            ),
            models.Index(name="attempts_of_tests", fields=["-id"], condition=Q(livemode=False)),
            models.Index(
                name="attempts_to_review", fields=["-id"], condition=Q(state=AttemptState.NEEDS_REVIEW)
            ),
            models.Index(
                name="attempts_that_came_back",
                fields=["-resolved_at"],
                condition=Q(state=AttemptState.RETURNED),
            ),
            models.Index(
                name="attempt_to_confirm",
                fields=["charge"],
                condition=Q(state=AttemptState.AWAITING_BUYER),
            ),
            models.Index(
                name="attempts_on_own_accounts", fields=["charge"], condition=Q(on_own_account=True)
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="intent_never_changes",
                fields=[
                    "charge",
                    "number",
                    "key",
                    "gateway",
                    "token",
                    "amount_minor",
                    "currency",
                    "livemode",
                    "on_own_account",
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            takes_only_what_was_accepted(),
            is_made_with_an_active_option(),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def money(self) -> Money:
        """What is to be captured."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Say whether the outcome is still to come."""
        return self.state in OPEN_STATES

    # The moves are declared here; charges.collection.outcomes says what else changes with each.

    @transition(state, source=[*OPEN_STATES, AttemptState.NEEDS_REVIEW], target=AttemptState.SUCCEEDED)
    def succeed(self) -> None:
        """-> succeeded: the gateway says that it captured the money."""

    @transition(state, source=[*OPEN_STATES, AttemptState.NEEDS_REVIEW], target=AttemptState.DECLINED)
    def decline(self) -> None:
        """-> declined: the gateway says that no money moved."""

    @transition(state, source=AttemptState.SENDING, target=AttemptState.VOIDED)
    def void(self) -> None:
        """sending -> voided: the request provably never left."""

    @transition(state, source=OPEN_STATES, target=AttemptState.UNKNOWN)
    def lose_track(self) -> None:
        """-> unknown: no definite answer; the gateway is asked by our key."""

    @transition(state, source=OPEN_STATES, target=AttemptState.AWAITING_BUYER)
    def await_buyer(self) -> None:
        """-> awaiting_buyer: the payer's bank wants the payer to confirm."""

    @transition(state, source=OPEN_STATES, target=AttemptState.VOIDED)
    def stop(self) -> None:
        """-> voided: the gateway cancelled it and promises that nothing moves any more."""

    @transition(state, source=AttemptState.NEEDS_REVIEW, target=AttemptState.UNKNOWN)
    def ask_again(self) -> None:
        """needs_review -> unknown: a person wants the gateway to be asked again."""

    @transition(state, source=OPEN_STATES, target=AttemptState.NEEDS_REVIEW)
    def need_review(self) -> None:
        """-> needs_review: the answers contradict each other; nothing is sent again."""

    @transition(state, source=AttemptState.SUCCEEDED, target=AttemptState.RETURNED)
    def come_back(self) -> None:
        """succeeded -> returned: the bank sent a refund back that had been paid."""

    def extend_lease(self, lease: timedelta) -> None:
        """Take the attempt over for one more lease."""
        self.check_at = clock.now() + lease


guard_transitions(Attempt, name="state")
