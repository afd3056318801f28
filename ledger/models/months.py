"""Months of the live books (UTC): what is closed stays as it was, with the figures it was closed with."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.kept_rows import kept_for_ever
from ledger.models.book_guards import written_while_closing
from ledger.models.books import LedgerAccount, TransactionKind

EARLIER_FIRST = """
IF EXISTS (SELECT 1 FROM ledger_month WHERE starts_at < NEW.starts_at AND closed_at IS NULL) THEN
    RAISE EXCEPTION 'an earlier month is not closed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
NO_GAPS = """
IF (SELECT MAX(ends_at) FROM ledger_month) <> NEW.starts_at THEN
    RAISE EXCEPTION 'months follow one another' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class Month(models.Model):
    """One month: open, being closed (nothing is posted into it, its checks run), or closed for ever.

    Its entries have ids from `first_entry` on, those of later months too, and none beyond `last_entry`.
    """

    starts_at = models.DateTimeField(unique=True)
    ends_at = models.DateTimeField(help_text="The first instant of the next month.")
    fenced_at = models.DateTimeField(null=True, help_text="From then on nothing is posted into it.")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True, help_text="Who asked for the close.")
    reason = models.CharField(max_length=255, blank=True)
    trouble = models.TextField(blank=True, help_text="Why the last try to close it was given up.")
    first_entry = models.BigIntegerField(null=True)
    last_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_month_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="a_closed_month_has_all_its_figures",
                condition=Q(closed_at=None, first_entry=None, last_entry=None)
                | Q(
                    closed_at__isnull=False,
                    fenced_at__isnull=False,
                    first_entry__isnull=False,
                    last_entry__isnull=False,
                )
                & ~Q(closed_by=""),
            ),
        ]
        indexes = [
            models.Index(name="closed_until", fields=["ends_at"], condition=Q(fenced_at__isnull=False))
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="a_month_stays_where_it_is", fields=["starts_at", "ends_at"]),
            pgtrigger.Protect(
                name="closed_for_ever",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="earlier_months_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__fenced_at__isnull=False),
                func=EARLIER_FIRST,
            ),
            pgtrigger.Trigger(
                name="months_follow_one_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NO_GAPS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m}"


class MonthBalance(models.Model):
    """The balance of an account (cents, debit positive) before and after a closed month."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="balances", db_index=False)
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="months")
    opening_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_balance_per_month", fields=["month", "account"]),
        ]
        triggers = written_while_closing()

    def __str__(self) -> str:
        return f"{self.closing_minor} on account {self.account_id}"


class MonthTurnover(models.Model):
    """What moved on an account (cents, debit positive) in a closed month, for one kind of transaction."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="turnovers", db_index=False)
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="turnovers")
    kind = models.CharField(max_length=20, choices=TransactionKind.choices)
    amount_minor = models.BigIntegerField()
    entries = models.BigIntegerField(help_text="How many entries add up to it.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_turnover_per_kind", fields=["month", "account", "kind"]),
        ]
        triggers = written_while_closing()

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.kind}"
