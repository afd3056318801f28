"""Sums of entries by account and day (UTC), from which a balance as of any instant is read."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from ledger.models.books import LedgerAccount


class EntrySum(models.Model):
    """The sum (cents) of those entries of a block that are of one account and count in one day.

    `earliest` and `latest` are the first and the last instant at which one of them counts. `first_entry`
    and `last_entry` are the least and the greatest of their ids.
    """

    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="sums", db_index=False)
    day = models.DateField(help_text="UTC.")
    block_end = models.BigIntegerField(help_text="The last id of the block.")
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    amount_minor = models.BigIntegerField()
    entries = models.BigIntegerField(help_text="How many entries add up to it.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_sum_in_a_block", fields=["account", "day", "block_end"]),
            models.CheckConstraint(
                name="a_sum_has_entries",
                condition=Q(entries__gt=0, last_entry__gte=F("first_entry"), latest__gte=F("earliest")),
            ),
        ]
        indexes = [BrinIndex(name="sum_days", fields=["day"], pages_per_range=16, autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.entries} entries"


class SumMark(models.Model):
    """One row: entries with ids up to `last_entry` are in the sums, the others are not.

    All entries with ids up to `complete_entry` are committed. Those up to `awaited_entry` will be, once no
    transaction before `awaited_xact` is under way.
    """

    last_entry = models.BigIntegerField(default=0)
    complete_entry = models.BigIntegerField(default=0)
    awaited_entry = models.BigIntegerField(default=0)
    awaited_xact = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="one_sum_mark", condition=Q(id=1)),
            models.CheckConstraint(
                name="only_complete_entries_are_summed_up",
                condition=Q(last_entry__lte=F("complete_entry")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_entry}"
