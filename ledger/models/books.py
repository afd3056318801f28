"""Double entry: a transaction is a set of signed entries (debit positive) that add up to zero.

Rows are only ever inserted. What code promises here the database holds by triggers; the balance
of an account is its snapshot plus the entries that the roll-up has not reached yet.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from approvals.guards import needs_approval
from approvals.models import ApprovalAct
from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only
from core.transaction_ids import TransactionNumber
from ledger.models.book_guards import posts_into_open_months, posts_whole_transactions


class AccountKind(models.TextChoices):
    """What an account holds; the sign is from the marketplace's view, debit positive."""

    BUYER_CLEARING = "buyer_clearing", "Collected by the gateway, not yet paid out to us"
    SELLER_PAYABLE = "seller_payable", "Owed to a seller"
    COMMISSION_REVENUE = "commission_revenue", "Commission earned"
    DISPUTED = "disputed", "Taken back by payers' banks, not decided yet"
    PROCESSOR_FEES = "processor_fees", "Kept by processors for their work"
    PAYOUTS_IN_TRANSIT = "payouts_in_transit", "Locked for payouts to sellers"


class LedgerAccount(models.Model):
    """One pot of money: of one organisation or of the marketplace, in one currency, live or test."""

    kind = models.CharField(max_length=30, choices=AccountKind.choices)
    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, null=True, related_name="ledger_accounts"
    )
    currency = models.CharField(max_length=3)
    livemode = models.BooleanField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_account_per_holder",
                fields=["kind", "organization", "currency", "livemode"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="only_payables_have_a_holder",
                condition=models.Q(kind=AccountKind.SELLER_PAYABLE, organization__isnull=False)
                | ~models.Q(kind=AccountKind.SELLER_PAYABLE) & models.Q(organization=None),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.currency}"


class TransactionKind(models.TextChoices):
    """Why money moved; `ledger.reports` says which word of Text's ledger each is shown as."""

    COLLECTION = "collection", "Collection"
    REFUND = "refund", "Refund"
    REFUND_RETURNED = "refund_returned", "Refund that came back"
    WITHDRAWAL = "withdrawal", "Payout to a seller: asked for and locked"
    PAYOUT_SETTLED = "payout_settled", "Payout to a seller: paid"
    PAYOUT_RETURNED = "payout_returned", "Payout to a seller: not made, or came back"
    DISBURSEMENT = "disbursement", "Disbursement to a customer"
    DISPUTE_OPENED = "dispute_opened", "Dispute: taken back by the payer's bank"
    DISPUTE_WON = "dispute_won", "Dispute won: given back to us"
    DISPUTE_LOST = "dispute_lost", "Dispute lost: borne by seller and marketplace"
    FEE = "fee", "Fee of a processor"
    CORRECTION = "correction", "Correction by hand"
    COLLECTED_ELSEWHERE = "collected_elsewhere", "Taken out: collected on the merchant's own account"


class LedgerTransaction(models.Model):
    """One move of money, recorded once per source."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20, choices=TransactionKind.choices)
    reference = models.CharField(max_length=80, help_text="The natural key of what caused it: charge:<id>.")
    description = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    livemode = models.BooleanField()
    created_at = models.DateTimeField(
        default=clock.now, editable=False, help_text="The instant that counts: it says which month it is of."
    )
    occurred_at = models.DateTimeField(
        null=True, editable=False, help_text="When it happened, where that month was closed by then."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_transaction_per_source", fields=["kind", "reference"]),
            models.CheckConstraint(
                name="posted_late_and_not_early",
                condition=models.Q(occurred_at=None)
                | models.Q(occurred_at__isnull=False, occurred_at__lt=models.F("created_at")),
            ),
        ]
        indexes = [
            BrinIndex(
                name="transaction_order", fields=["created_at"], pages_per_range=16, autosummarize=True
            ),
        ]
        triggers = [
            *append_only(),
            *posts_into_open_months(),
            needs_approval(
                ApprovalAct.CORRECTION,
                name="corrections_wait_for_a_second_person",
                subject="NEW.reference",
                terms={"currency": "NEW.currency", "livemode": "NEW.livemode"},
                condition="NEW.kind = 'correction'",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class LedgerEntry(models.Model):
    """One line of a transaction on one account: cents, debit positive."""

    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="entries", db_index=False)
    amount_minor = models.BigIntegerField()
    xact = models.BigIntegerField(db_default=TransactionNumber(), editable=False)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [models.CheckConstraint(name="entry_is_not_zero", condition=~models.Q(amount_minor=0))]
        indexes = [
            models.Index(name="entry_newest", fields=["account", "-id"]),
            BrinIndex(name="entry_order", fields=["xact"], pages_per_range=16, autosummarize=True),
            models.Index(name="entry_tail", fields=["account", "xact"], include=["amount_minor"]),
        ]
        triggers = [*append_only(), *posts_whole_transactions()]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class BalanceSnapshot(models.Model):
    """The sum of an account's entries (cents) before the roll-up mark."""

    account = models.OneToOneField(LedgerAccount, models.PROTECT, primary_key=True, related_name="snapshot")
    balance_minor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.balance_minor}"


class RollUpMark(models.Model):
    """One row: entries of transactions before `xact` are in the snapshots, the others are not."""

    xact = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_roll_up_mark", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.xact}"
