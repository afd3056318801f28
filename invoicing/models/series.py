"""Series of numbers without gaps, and how far issuing has come."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core.kept_rows import kept_for_ever
from events.reading import NO_EVENT
from invoicing.models.labels import PaperKind

# Looked at when the transaction commits: then each number that was taken has its paper.
EACH_NUMBER_HAS_ITS_PAPER = """
IF NEW.last - OLD.last <> (
    SELECT count(*) FROM invoicing_taxpaper p
    WHERE p.series_id = NEW.id AND p.number > OLD.last AND p.number <= NEW.last
) THEN
    RAISE EXCEPTION 'numbers % to % of series % are not all used', OLD.last + 1, NEW.last, NEW.id
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


class Series(models.Model):
    """The numbers of one kind of paper, of one issuer in one year; `last` is the last one that was given.

    `last` goes up by as many as are taken, under the lock of the row, in the transaction that writes their
    papers. So the order of numbers is the order of commits, and one that fails takes none.
    """

    issuer = models.ForeignKey(
        "customers.Organization",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The seller in whose name it is; empty for the marketplace.",
    )
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField()
    livemode = models.BooleanField()
    prefix = models.CharField(max_length=40, help_text="What stands before the number.")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(
                name="one_series_a_year",
                fields=["issuer", "kind", "year", "livemode"],
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="one_prefix_a_series", fields=["issuer", "prefix"], nulls_distinct=False
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="a_series_stays_what_it_is", fields=["issuer", "kind", "year", "livemode", "prefix"]
            ),
            pgtrigger.Protect(
                name="a_series_begins_at_zero",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.last <> 0"),
            ),
            pgtrigger.Protect(
                name="numbers_never_go_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.last < OLD.last"),
            ),
            pgtrigger.Trigger(
                name="each_number_has_its_paper",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=EACH_NUMBER_HAS_ITS_PAPER,
            ),
            *kept_for_ever(),
        ]

    def __str__(self) -> str:
        return self.prefix


class IssuingPosition(models.Model):
    """The one row that says up to which event papers are issued; its lock lets one process issue."""

    xact = models.BigIntegerField(default=0)
    event = models.UUIDField(default=NO_EVENT)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="one_issuing_position", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.xact}-{self.event}"
