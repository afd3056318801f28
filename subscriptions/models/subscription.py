"""The subscription: what is asked for, how often, and where it stands."""

from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from charges.models import MAX_AMOUNT_MINOR
from charges.models.acceptance_deadline import acceptance_is_timely, deadline_stays, hold_until
from charges.models.consented_terms import SUBSCRIPTION_TERMS, hash_terms, one_payer
from core import clock
from core.ids import new_public_id
from core.transitions import guard_transitions
from customers.models import PaymentOption, Product
from customers.models.whose_clock import FallsDue, only_tests_have_clocks, takes_its_buyers_clock
from events.guards import each_change_is_told
from subscriptions.models.due_indexes import DUE_INDEXES
from subscriptions.models.guards import (
    DAY_SECONDS,
    an_end_is_told,
    guard_offers,
    trials_only_get_longer,
)
from subscriptions.models.labels import ENDING, RUNNING, SubscriptionStatus
from subscriptions.models.list_indexes import LIST_INDEXES
from subscriptions.models.plan import Plan, PlanKind
from subscriptions.models.queries import SubscriptionQuerySet
from subscriptions.schedule import Frequency, occurrence

S = SubscriptionStatus


class Subscription(FSMModelMixin, FallsDue):
    """Money that changes hands every period. Amounts are cents, times UTC.

    A seller asks a buyer organisation for it through an application, or a merchant one of its customers,
    whom it may also pay. Period n falls due on occurrence n of the schedule that starts at the anchor.
    What differs from one wire dialect to another is a policy column here.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    kind = models.CharField(
        max_length=20, choices=PlanKind.choices, default=PlanKind.CHARGE, db_default=PlanKind.CHARGE
    )
    product = models.CharField(max_length=20, choices=Product.choices, blank=True)
    buyer = models.ForeignKey(
        "customers.Organization", models.PROTECT, null=True, related_name="subscriptions", db_index=False
    )
    buyer_account = models.ForeignKey(
        "customers.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    order_application = models.ForeignKey(
        "customers.Application", models.PROTECT, null=True, related_name="subscriptions", db_index=False
    )
    seller_application = models.ForeignKey(
        "customers.Application", models.PROTECT, null=True, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="subscriptions", db_index=False
    )
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="subscriptions", db_index=False)
    has_own_price = models.BooleanField(
        default=False, db_default=False, help_text="The amount was given for it, not taken from the plan."
    )
    payee = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField(help_text="Cents for one account, or for the whole organisation.")
    per_account = models.BooleanField(default=False, help_text="Times the accounts counted at each charge.")
    test = models.BooleanField(default=False, help_text="No money moves and no live account is touched.")
    commission_percent = models.PositiveSmallIntegerField()
    return_url = models.TextField(blank=True)
    frequency = models.CharField(max_length=10, choices=[(f.value, f.value) for f in Frequency])
    interval = models.PositiveIntegerField(default=1)
    trial_days = models.PositiveSmallIntegerField(default=0)
    trial_seconds = models.PositiveIntegerField(
        null=True, help_text="What earlier trials left of it; empty for all. Fixed by the acceptance."
    )

    status = FSMField(max_length=20, default=S.PENDING, choices=S.choices, protected=True)
    payment_option = models.ForeignKey(
        "customers.PaymentOption", models.PROTECT, null=True, related_name="+", db_index=False
    )
    funding_source = models.CharField(  # noqa: DJ001 - null is "the customer's default"
        max_length=128, null=True, help_text="The processor's name of the card or bank account of a customer."
    )
    anchor_at = models.DateTimeField(null=True, help_text="Where the schedule starts: the first paid period.")
    anchor_period = models.IntegerField(default=0, help_text="The number of the period that begins there.")
    period = models.IntegerField(default=0, help_text="The number of the next period to bill.")
    first_period = models.IntegerField(
        default=0, db_default=0, help_text="The number of the first billed here; earlier ones were elsewhere."
    )
    due_at = models.DateTimeField(
        null=True, help_text="When to bill it; empty while it has to wait for the payment of the one before."
    )
    current_charge_at = models.DateTimeField(null=True, help_text="Start of the period that is paid for.")
    next_charge_at = models.DateTimeField(null=True, help_text="End of it, or of the trial.")
    trial_ends_at = models.DateTimeField(null=True)

    length = models.PositiveSmallIntegerField(
        null=True, help_text="How many periods are billed in all; empty for until it is cancelled."
    )
    note = models.CharField(max_length=255, blank=True, db_default="")
    bills_by_invoice = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Policy: a period is an invoice on the customer's account, and what credit leaves of it is"
        " collected.",
    )
    last_billed_at = models.DateTimeField(null=True, help_text="Start of the newest period with an invoice.")
    cancel_at = models.DateTimeField(null=True, help_text="When it is to end.")

    retry_days = ArrayField(
        models.PositiveSmallIntegerField(), default=list, help_text="Policy: days after the first decline."
    )
    retry_limit = models.PositiveSmallIntegerField(
        null=True, help_text="Policy: try again up to this often, whatever the failure, instead of by days."
    )
    waits_for_payment = models.BooleanField(
        default=True, help_text="Policy: the next period is billed only when this one is paid."
    )
    catch_up_limit = models.PositiveSmallIntegerField(
        null=True, help_text="Policy: more missed periods than this are held for a person; empty for never."
    )
    held_at = models.DateTimeField(null=True)
    held_reason = models.CharField(max_length=255, blank=True)
    released_through = models.DateTimeField(null=True, help_text="Periods missed until then may be billed.")

    decided_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True, help_text="Until when it can be activated once accepted.")
    activated_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    event_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_buyers_subscription_names_a_card_only_in_a_test",
                condition=Q(customer__isnull=False) | Q(funding_source=None) | Q(test=True),
            ),
            models.CheckConstraint(
                name="subscription_price_in_range", condition=Q(price_minor__range=(1, MAX_AMOUNT_MINOR))
            ),
            models.CheckConstraint(
                name="subscription_schedule_in_range",
                condition=Q(interval__gte=1, commission_percent__lte=100, period__gte=0),
            ),
            models.CheckConstraint(
                name="subscription_begins_here", condition=Q(first_period__range=(0, F("period")))
            ),
            models.CheckConstraint(
                name="only_running_subscriptions_are_due",
                condition=Q(due_at=None) | Q(status__in=RUNNING, held_at=None, anchor_at__isnull=False),
            ),
            models.CheckConstraint(name="subscription_has_one_payer", condition=one_payer()),
            models.CheckConstraint(
                name="only_customers_get_invoices",
                condition=Q(bills_by_invoice=False) | Q(customer__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_subscription_per_code",
                fields=["customer", "external_id"],
                condition=Q(customer__isnull=False) & ~Q(external_id=""),
            ),
            models.CheckConstraint(
                name="only_customers_are_paid", condition=Q(kind=PlanKind.CHARGE) | Q(customer__isnull=False)
            ),
            models.CheckConstraint(
                name="a_trial_is_not_longer_than_offered",
                condition=Q(trial_seconds=None) | Q(trial_seconds__lte=F("trial_days") * DAY_SECONDS),
            ),
            only_tests_have_clocks("only_test_subscriptions_have_clocks"),
        ]
        indexes = [
            *LIST_INDEXES,
            *DUE_INDEXES,
            models.Index(name="sub_accepted", fields=["buyer", "-id"], condition=Q(status=S.ACCEPTED)),
            models.Index(name="sub_held", fields=["-id"], condition=Q(held_at__isnull=False)),
            models.Index(
                name="sub_in_trouble",
                fields=["status", "frozen_at"],
                condition=Q(status__in=[S.PAST_DUE, S.FROZEN]),
            ),
        ]
        permissions = [
            ("cancel_subscription", "Can cancel a subscription"),
            ("retry_subscription", "Can retry the payment of a subscription"),
            ("release_subscription", "Can release a held subscription"),
            ("hold_subscription", "Can hold a subscription"),
            ("extend_trial_of_subscription", "Can extend the trial of a subscription"),
            ("change_card_of_subscription", "Can change the card of a subscription"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="terms_never_change",
                fields=[
                    *(name for name in SUBSCRIPTION_TERMS if name != "trial_seconds"),
                    *("public_id", "kind", "buyer", "customer", "plan", "payee", "order_application"),
                    *("return_url", "first_period", "has_own_clock", "created_at"),
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            acceptance_is_timely(),
            deadline_stays(),
            an_end_is_told(),
            trials_only_get_longer(),
            each_change_is_told(),
            takes_its_buyers_clock("NEW.buyer_id IS NOT NULL"),
            *guard_offers(),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_id}"

    @property
    def terms_hash(self) -> str:
        """A fingerprint of everything the buyer agrees to."""
        return hash_terms(self.public_id, {name: getattr(self, name) for name in SUBSCRIPTION_TERMS})

    @property
    def trial(self) -> timedelta:
        """How long nothing is billed after activation."""
        days = timedelta(days=self.trial_days)
        return days if self.trial_seconds is None else timedelta(seconds=self.trial_seconds)

    def starts_of(self, period: int) -> datetime:
        """Return when a period (numbered from 0) begins. Raises BeyondCalendar; needs an anchor."""
        if self.anchor_at is None:
            raise ValueError("the schedule has not started")
        return occurrence(self.anchor_at, period - self.anchor_period, self.frequency, self.interval)

    @transition(status, source=S.PENDING, target=S.ACCEPTED)
    def accept(self, payment_option: PaymentOption | None) -> None:
        """pending -> accepted: the buyer agreed to the terms, to be paid with this option."""
        self.decided_at = clock.now()
        self.holds_until = hold_until(self.decided_at)
        self.payment_option = payment_option

    @transition(status, source=S.PENDING, target=S.DECLINED)
    def decline(self) -> None:
        """pending -> declined: the buyer said no."""
        self.decided_at = clock.now()

    @transition(status, source=S.ACCEPTED, target=S.DECLINED)
    def withdraw(self) -> None:
        """accepted -> declined: the buyer took the acceptance back."""
        self.decided_at = clock.now()

    @transition(status, source=S.ACCEPTED, target=S.PROCESSED)
    def activate(self) -> None:
        """accepted -> processed: the trial starts, or the first period falls due."""
        self.activated_at = clock.now()
        self.anchor_at = self.due_at = self.activated_at + self.trial
        if self.trial:
            self.trial_ends_at = self.next_charge_at = self.anchor_at

    @transition(status, source=S.FROZEN, target=S.PROCESSED)
    def reactivate(self) -> None:
        """frozen -> processed: the schedule starts anew today; what was not paid is not asked for again."""
        self.anchor_at = self.due_at = clock.now()
        self.anchor_period = self.period
        self.frozen_at = None

    # What else changes with these four is said in subscriptions.renewal.outcomes.

    @transition(status, source=[S.PROCESSED, S.PAST_DUE], target=S.ACTIVE)
    def get_paid(self) -> None:
        """-> active: the payment of a period arrived."""

    @transition(status, source=S.ACTIVE, target=S.PAST_DUE)
    def fall_behind(self) -> None:
        """active -> past_due: a payment failed and will be tried again."""

    @transition(status, source=[S.PROCESSED, S.ACTIVE, S.PAST_DUE], target=S.FROZEN)
    def freeze(self) -> None:
        """-> frozen: a payment could not be collected."""

    @transition(status, source=RUNNING, target=S.EXPIRED)
    def expire(self) -> None:
        """-> expired: every period that was agreed is paid."""

    @transition(status, source=ENDING, target=S.CANCELLED)
    def cancel(self) -> None:
        """-> cancelled: nothing is billed any more."""
        self.cancelled_at, self.due_at = clock.now(), None
        self.held_at, self.held_reason = None, ""


guard_transitions(Subscription)
