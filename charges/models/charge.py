"""The direct charge: its terms, which never change, and its states."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from charges.models.acceptance_deadline import acceptance_is_timely, deadline_stays, hold_until
from charges.models.consented_terms import CHARGE_TERMS, hash_terms, one_payer
from charges.models.due_indexes import DUE_INDEXES
from charges.models.given_back import DECLARED, REFUNDS_WITHIN, large_refunds_wait, large_write_offs_wait
from charges.models.labels import ChargeKind, ChargeStatus
from charges.models.list_indexes import LIST_INDEXES
from charges.models.queries import ChargeQuerySet
from charges.models.staff_indexes import STAFF_INDEXES
from core import clock
from core.ids import new_public_id
from core.ledger_references import charge_reference
from core.money import Money
from core.transitions import guard_transitions
from customers.models import PaymentOption, Product
from customers.models.unapproved_applications import only_approved_applications_sell
from customers.models.whose_clock import FallsDue, only_tests_have_clocks, takes_its_buyers_clock
from events.guards import each_change_is_told
from ledger.transaction_types import CustomerTransactionType

MAX_AMOUNT_MINOR = 99_999_999
MAX_QUANTITY = 10_000
ENTERED = (CustomerTransactionType.PAYMENT, CustomerTransactionType.CLAIM)


class Charge(FSMModelMixin, FallsDue):
    """Money that changes hands once. All amounts are cents and positive; the kind says which way.

    A seller asks a buyer organisation for it through an application, or a merchant one of its customers.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    kind = models.CharField(
        max_length=20, choices=ChargeKind.choices, default=ChargeKind.CHARGE, db_default=ChargeKind.CHARGE
    )
    product = models.CharField(max_length=20, choices=Product.choices, blank=True)
    buyer = models.ForeignKey(
        "customers.Organization", models.PROTECT, null=True, related_name="purchases", db_index=False
    )
    buyer_account = models.ForeignKey(
        "customers.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    order_application = models.ForeignKey(
        "customers.Application", models.PROTECT, null=True, related_name="sales", db_index=False
    )
    seller_application = models.ForeignKey(
        "customers.Application", models.PROTECT, null=True, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="charges", db_index=False
    )
    refund_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="refunds", db_index=False)
    payee = models.ForeignKey("customers.Organization", models.PROTECT, related_name="sales", db_index=False)
    name = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField(help_text="Cents for one unit.")
    quantity = models.IntegerField()
    total_minor = models.BigIntegerField()
    per_account = models.BooleanField(default=False)
    test = models.BooleanField(default=False, help_text="No money moves and no live account is touched.")
    commission_percent = models.PositiveSmallIntegerField()
    commission_minor = models.BigIntegerField(
        help_text="What the marketplace keeps; the seller gets the rest."
    )
    return_url = models.TextField(blank=True)
    status = FSMField(
        max_length=20, default=ChargeStatus.PENDING, choices=ChargeStatus.choices, protected=True
    )
    subscription = models.ForeignKey(
        "subscriptions.Subscription", models.PROTECT, null=True, related_name="charges", db_index=False
    )
    period = models.IntegerField(null=True, help_text="Which period of the subscription this pays, from 0.")
    due_at = models.DateTimeField(null=True, help_text="When that period began.")
    retry_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        help_text="Days after the first decline on which to try again.",
    )
    retry_limit = models.PositiveSmallIntegerField(
        null=True, help_text="Try again up to this often, whatever the failure, instead of by days."
    )
    failure_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    first_declined_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(
        null=True, help_text="From here on nothing new is sent; what is with the gateway is still booked."
    )
    payment_option = models.ForeignKey(
        "customers.PaymentOption", models.PROTECT, null=True, related_name="+", db_index=False
    )
    funding_source = models.CharField(  # noqa: DJ001 - null is "the customer's default"
        max_length=128, null=True, help_text="The processor's name of the card or bank account of a customer."
    )
    entered_as = models.CharField(
        max_length=20,
        choices=[(kind.value, kind.label) for kind in ENTERED],
        blank=True,
        db_default="",
        help_text="What it becomes on the customer's account when it is collected; empty for nothing.",
    )
    invoice = models.ForeignKey(
        "ledger.CustomerTransaction",
        models.PROTECT,
        null=True,
        related_name="charges",
        db_index=False,
        help_text="What it is to cover first.",
    )
    collect_at = models.DateTimeField(
        null=True, help_text="When to try next; empty while an attempt is under way."
    )
    failure_code = models.CharField(max_length=40, blank=True)
    failure_message = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True, help_text="Until when it can be activated once accepted.")
    activated_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    event_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        permissions = [
            ("refund_charge", "Can give a charge back"),
            ("write_off_charge", "Can write a charge off"),
        ]
        constraints = [
            models.CheckConstraint(
                name="charge_amounts_in_range",
                condition=Q(price_minor__range=(1, MAX_AMOUNT_MINOR), quantity__range=(1, MAX_QUANTITY))
                & Q(total_minor__lte=MAX_AMOUNT_MINOR, total_minor=F("price_minor") * F("quantity")),
            ),
            models.CheckConstraint(
                name="charge_commission_rounded_half_up",
                condition=Q(kind=ChargeKind.REFUND, commission_minor__range=(0, F("total_minor")))
                | Q(commission_percent__range=(0, 100))
                & Q(commission_minor=(F("total_minor") * F("commission_percent") + 50) / 100),
            ),
            models.CheckConstraint(
                name="only_a_processed_charge_is_due",
                condition=Q(collect_at=None) | Q(status=ChargeStatus.PROCESSED),
            ),
            models.UniqueConstraint(name="one_charge_per_period", fields=["subscription", "period"]),
            models.CheckConstraint(
                name="a_period_belongs_to_a_subscription",
                condition=Q(subscription=None, period=None, due_at=None)
                | Q(subscription__isnull=False, period__isnull=False, period__gte=0, due_at__isnull=False)
                # What gives a period back, or collects the rest of its invoice, belongs to no period itself.
                | Q(Q(kind=ChargeKind.REFUND) | Q(invoice__isnull=False))
                & Q(subscription__isnull=False, period=None, due_at__isnull=False),
            ),
            models.CheckConstraint(name="charge_has_one_payer", condition=one_payer()),
            models.CheckConstraint(
                name="a_buyers_charge_names_a_card_only_in_a_test",
                condition=Q(customer__isnull=False) | Q(funding_source=None) | Q(test=True),
            ),
            models.CheckConstraint(
                name="only_customers_have_accounts",
                condition=Q(entered_as="", invoice=None) | Q(customer__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refund_has_its_charge",
                condition=Q(kind=ChargeKind.REFUND, refund_of__isnull=False)
                | ~Q(kind=ChargeKind.REFUND) & Q(refund_of=None),
            ),
            only_tests_have_clocks("only_test_charges_have_clocks"),
        ]
        indexes = [
            *LIST_INDEXES,
            models.Index(
                name="disbursements_of_a_day",
                fields=["payee", "finished_at"],
                condition=Q(kind=ChargeKind.DISBURSEMENT),
            ),
            models.Index(
                name="refunds_of_a_charge", fields=["refund_of"], condition=Q(refund_of__isnull=False)
            ),
            models.Index(
                name="accepted_charges", fields=["buyer", "-id"], condition=Q(status=ChargeStatus.ACCEPTED)
            ),
            models.Index(
                name="collected_of_a_seller",
                fields=["payee", "finished_at"],
                include=["currency", "total_minor", "commission_minor"],
                condition=Q(kind=ChargeKind.CHARGE, status=ChargeStatus.SUCCESS, test=False),
            ),
            models.Index(
                name="refunds_of_a_seller",
                fields=["payee", "finished_at"],
                condition=Q(kind=ChargeKind.REFUND),
            ),
            *STAFF_INDEXES,
            *DUE_INDEXES,
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="terms_never_change",
                fields=[
                    *CHARGE_TERMS,
                    *("kind", "customer", "refund_of", "entered_as", "invoice", "subscription", "period"),
                    *("due_at", "public_id", "buyer", "payee", "order_application", "return_url"),
                    *("has_own_clock", "created_at"),
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="only_refunds_come_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="success", new__status="failed")
                & ~pgtrigger.Q(old__kind="refund"),
            ),
            each_change_is_told(),
            pgtrigger.Trigger(
                name="refunds_stay_within_the_charge",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.refund_of_id IS NOT NULL"),
                declare=DECLARED,
                func=REFUNDS_WITHIN,
            ),
            large_refunds_wait(),
            large_write_offs_wait(),
            acceptance_is_timely(),
            deadline_stays(),
            only_approved_applications_sell(but="NEW.subscription_id IS NOT NULL"),
            # Renewal inserts thousands of live periods, which are those of a subscription that was looked at.
            takes_its_buyers_clock("NEW.buyer_id IS NOT NULL AND (NEW.test OR NEW.subscription_id IS NULL)"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_id}"

    @property
    def key(self) -> str:
        """The reference of the ledger transaction that books this charge."""
        return charge_reference(self.public_id)

    @property
    def total(self) -> Money:
        """What the buyer pays."""
        return Money(self.total_minor, self.currency)

    @property
    def commission(self) -> Money:
        """What the marketplace keeps of it."""
        return Money(self.commission_minor, self.currency)

    @property
    def terms_hash(self) -> str:
        """A fingerprint of everything the buyer agrees to."""
        return hash_terms(self.public_id, {name: getattr(self, name) for name in CHARGE_TERMS})

    @transition(status, source=ChargeStatus.PENDING, target=ChargeStatus.ACCEPTED)
    def accept(self, payment_option: PaymentOption | None) -> None:
        """pending -> accepted: the buyer agreed to the terms, to be paid with this option."""
        self.decided_at = clock.now()
        self.holds_until = hold_until(self.decided_at)
        self.payment_option = payment_option

    @transition(status, source=ChargeStatus.PENDING, target=ChargeStatus.DECLINED)
    def decline(self) -> None:
        """pending -> declined: the buyer said no."""
        self.decided_at = clock.now()

    @transition(status, source=ChargeStatus.ACCEPTED, target=ChargeStatus.DECLINED)
    def withdraw(self) -> None:
        """accepted -> declined: the buyer took the acceptance back."""
        self.decided_at = clock.now()

    @transition(status, source=ChargeStatus.ACCEPTED, target=ChargeStatus.PROCESSED)
    def activate(self) -> None:
        """accepted -> processed: the seller delivers, collection starts."""
        self.activated_at = self.collect_at = clock.now()

    # What else changes with these two is said in charges.collection.outcomes.

    @transition(status, source=ChargeStatus.PROCESSED, target=ChargeStatus.SUCCESS)
    def succeed(self) -> None:
        """processed -> success: the gateway captured the money."""

    @transition(status, source=ChargeStatus.PROCESSED, target=ChargeStatus.FAILED)
    def fail(self) -> None:
        """processed -> failed: the money could not be collected, or is not wanted any more."""

    @transition(status, source=ChargeStatus.SUCCESS, target=ChargeStatus.FAILED)
    def come_back(self) -> None:
        """success -> failed: a refund that was paid came back to the processor."""


guard_transitions(Charge)
