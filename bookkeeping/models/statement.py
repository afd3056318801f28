"""Statements: what a seller earned in a closed month, to the cent, as it stays."""

from functools import reduce
from operator import add

from django.db import models
from django.db.models import F, Q

from ledger.models.book_guards import written_while_closing

# The parts of a statement in their order; from the opening balance on they add up to the closing one.
PARTS = ("sales", "refunds", "disputes", "disbursements", "fees", "commission", "payouts", "corrections")
TOTAL = reduce(add, [F(f"{part}_minor") for part in ("opening", *PARTS)])


class Statement(models.Model):
    """The figures of a seller for a month and currency: cents, positive where they add to what it is owed."""

    month = models.ForeignKey("ledger.Month", models.PROTECT, related_name="statements", db_index=False)
    account = models.ForeignKey(
        "ledger.LedgerAccount", models.PROTECT, related_name="statements", db_index=False
    )
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="statements")
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField()
    sales_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    disputes_minor = models.BigIntegerField()
    disbursements_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    commission_minor = models.BigIntegerField()
    payouts_minor = models.BigIntegerField()
    corrections_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    line_count = models.BigIntegerField()
    lines_hash = models.CharField(max_length=64, help_text="SHA-256 of the SHA-256 of each line, in order.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_statement_per_month", fields=["account", "month"]),
            models.CheckConstraint(name="a_statement_adds_up", condition=Q(closing_minor=TOTAL)),
        ]
        triggers = written_while_closing()

    def __str__(self) -> str:
        return f"{self.month} {self.currency}"
