"""Receivables of a merchant's customers: transactions, open balances, allocations.

This is the sub-ledger of receivables; where the merchant's money is, the double-entry books say
(docs/decisions/0013-receivables.md).
"""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import clock
from core.ids import new_public_id
from core.kept_rows import kept_for_ever
from core.money import MAX_MINOR
from ledger.models.receivable_guards import (
    ADDS_UP,
    CHARGEBACK_OF_A_PAYMENT,
    CREDIT_MEETS_DEBT,
    ONLY_DEACTIVATED,
    PARTIES_ADD_UP,
    WITHIN_THE_ORIGINAL,
    large_write_offs_wait,
)
from ledger.transaction_types import GIVEN_BACK, NATURES, PAID, REVERSALS, CustomerTransactionType, Side

MAX_CODE = 60


def today() -> date:
    """Return the day (UTC) that it is."""
    return clock.now().date()


def side_of_each_type() -> Q:
    """Every type is on its side of the account."""
    sides = Q()
    for side in Side:
        sides |= Q(side=side, type__in=[kind for kind, nature in NATURES.items() if nature.side == side])
    return sides


def cause_of_each_type() -> Q:
    """A captured charge is a payment or gives one back, a declined attempt a decline, a period an invoice.

    What somebody entered has none of them.
    """
    charge = Q(charge=None) | Q(type__in=(*PAID, *GIVEN_BACK))
    attempt = Q(attempt=None) | Q(type=CustomerTransactionType.DECLINE)
    of_period = Q(type=CustomerTransactionType.INVOICE, subscription__isnull=False, period__isnull=False)
    return charge & attempt & (Q(subscription=None, period=None) | of_period & Q(period__gte=0))


def after_statement(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    """Return the trigger that looks at all rows of a statement at once, as `new_allocations`."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="new_allocations"),
        func=func,
    )


class CustomerTransaction(models.Model):
    """An invoice, a payment, a credit, a fee, or what reverses one, on the account of one customer.

    Amounts are cents and positive; the side says which way. The balance is what nothing offsets yet.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="transactions", db_index=False
    )
    code = models.CharField(  # noqa: DJ001 - many have none, and then the id stands in for it
        max_length=MAX_CODE, null=True, help_text="The merchant's own name for it."
    )
    charge = models.ForeignKey(
        "charges.Charge",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The captured charge or refund that it records.",
    )
    attempt = models.ForeignKey(
        "charges.Attempt",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The declined attempt that it records.",
    )
    subscription = models.ForeignKey(
        "subscriptions.Subscription",
        models.PROTECT,
        null=True,
        related_name="invoices",
        db_index=False,
        help_text="The subscription that it bills.",
    )
    period = models.IntegerField(null=True, help_text="Which period of the subscription it bills, from 0.")
    dispute = models.ForeignKey(
        "charges.Dispute",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The dispute whose amount is owed again.",
    )
    type = models.CharField(max_length=20, choices=CustomerTransactionType.choices)
    side = models.SmallIntegerField(choices=Side.choices)
    amount_minor = models.BigIntegerField()
    balance_minor = models.BigIntegerField(help_text="Cents that nothing offsets yet.")
    currency = models.CharField(max_length=3)
    due_on = models.DateField(default=today)
    account_type = models.CharField(max_length=20, blank=True, help_text="The means of payment.")
    invoice_list = models.CharField(
        max_length=250, blank=True, help_text="Ids or codes of what it is to cover first."
    )
    note = models.CharField(max_length=255, blank=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals", db_index=False)
    creator = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_code_per_customer", fields=["code", "customer"]),
            models.UniqueConstraint(
                name="one_transaction_per_charge", fields=["charge"], condition=Q(charge__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_decline_per_attempt", fields=["attempt"], condition=Q(attempt__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_invoice_per_period",
                fields=["subscription", "period"],
                condition=Q(subscription__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_chargeback_per_dispute", fields=["dispute"], condition=Q(dispute__isnull=False)
            ),
            models.CheckConstraint(
                name="only_a_chargeback_has_a_dispute",
                condition=Q(dispute=None) | Q(type=CustomerTransactionType.CHARGEBACK),
            ),
            models.CheckConstraint(name="each_cause_fits_its_type", condition=cause_of_each_type()),
            models.CheckConstraint(name="each_type_is_on_its_side", condition=side_of_each_type()),
            models.CheckConstraint(
                name="customer_amounts_in_range",
                condition=Q(amount_minor__range=(1, MAX_MINOR), balance_minor__range=(0, F("amount_minor"))),
            ),
            models.CheckConstraint(
                name="only_reversals_reverse",
                condition=Q(type__in=REVERSALS, reverses__isnull=False)
                | ~Q(type__in=REVERSALS) & Q(reverses=None),
            ),
            models.CheckConstraint(
                name="what_does_not_count_is_never_open",
                condition=Q(balance_minor=0) | ~Q(side=Side.NEITHER),
            ),
        ]
        indexes = [
            models.Index(name="receivables_by_day", fields=["created_at", "id"]),
            models.Index(name="receivables_by_amount", fields=["amount_minor", "currency", "-id"]),
            models.Index(name="customer_transactions", fields=["customer", "-id"]),
            models.Index(
                name="open_of_a_customer",
                fields=["customer", "side", "due_on", "id"],
                include=["currency", "balance_minor"],
                condition=Q(balance_minor__gt=0),
            ),
            models.Index(
                name="reversals_of_a_transaction",
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
            ),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="terms_never_change", exclude=["balance_minor"]),
            pgtrigger.Trigger(
                name="reversals_stay_within_the_original",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.reverses_id IS NOT NULL"),
                declare=[("original", "ledger_customertransaction"), ("reversed", "bigint")],
                func=WITHIN_THE_ORIGINAL,
            ),
            pgtrigger.Trigger(
                name="a_chargeback_is_of_a_payment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(f"NEW.type = '{CustomerTransactionType.CHARGEBACK}'"),
                func=CHARGEBACK_OF_A_PAYMENT,
            ),
            large_write_offs_wait(),
            pgtrigger.Trigger(
                name="adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("balance_minor"),
                timing=pgtrigger.Deferred,
                func=ADDS_UP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.display_code}"

    @property
    def display_code(self) -> str:
        """What the merchant calls it; its id when nobody gave it a name."""
        return self.code or str(self.pk)


class Allocation(models.Model):
    """Cents of a credit that offset a debt of the same customer, until a reversal takes them back.

    Write the balances first: each statement on allocations is checked against them at once.
    """

    source = models.ForeignKey(
        CustomerTransaction, models.PROTECT, related_name="allocations_from", db_index=False
    )
    target = models.ForeignKey(
        CustomerTransaction, models.PROTECT, related_name="allocations_to", db_index=False
    )
    amount_minor = models.BigIntegerField()
    is_active = models.BooleanField(default=True)
    cause = models.ForeignKey(
        CustomerTransaction,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The reversal that ended it.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    deactivated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_allocation_moves_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="an_inactive_allocation_has_its_cause",
                condition=Q(is_active=True, cause=None, deactivated_at=None)
                | Q(is_active=False, cause__isnull=False, deactivated_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name=f"allocations_{name}",
                fields=[name, "id"],
                include=["amount_minor", "is_active"],
            )
            for name in ("source", "target")
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="terms_never_change", exclude=["is_active", "cause", "deactivated_at"]),
            pgtrigger.Trigger(
                name="deactivated_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NOT OLD.is_active OR NEW.is_active"),
                func=ONLY_DEACTIVATED,
            ),
            after_statement("credit_meets_debt", pgtrigger.Insert, CREDIT_MEETS_DEBT),
            after_statement("parties_add_up", pgtrigger.Insert, PARTIES_ADD_UP),
            after_statement("parties_add_up_again", pgtrigger.Update, PARTIES_ADD_UP),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.source_id} to {self.target_id}"
