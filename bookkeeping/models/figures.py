"""Figures by day, for pages that show money without adding up a million rows."""

import uuid

from django.db import models
from django.db.models import Q

FIRST_EVENT = uuid.UUID(int=0)


class Figure(models.TextChoices):
    """What is added up. Days and months are UTC."""

    COLLECTED = "collected", "Collected from payers"
    REFUNDED = "refunded", "Given back to payers"
    COMMISSION = "commission", "Commission of the marketplace, less what was given back"
    FEES = "fees", "Fees of processors that the marketplace bears"
    OWED = "owed", "What sellers are owed: how it grew"
    PAID_OUT = "paid_out", "Paid out to sellers"
    FAILED = "failed", "Charges that were given up"
    RECOVERED = "recovered", "Charges that were collected after a failure"
    RECURRING = "recurring", "Paid periods of subscriptions, by month"
    LEFT = "left", "Subscriptions that had paid and ended or stopped"


class DailyFigure(models.Model):
    """One figure of a day and currency: cents, and how many rows were added up.

    A recurring one is of a month and stands at its first day: a year that was paid is a twelfth in each of
    its months, and its count is 1 in each.
    """

    name = models.CharField(max_length=20, choices=Figure.choices)
    livemode = models.BooleanField()
    currency = models.CharField(max_length=3)
    day = models.DateField()
    amount_minor = models.BigIntegerField()
    count = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_figure_a_day", fields=["name", "livemode", "currency", "day"]),
            models.CheckConstraint(
                name="recurring_figures_are_of_months", condition=~Q(name=Figure.RECURRING) | Q(day__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.day} {self.currency}"


class FigureMark(models.Model):
    """One row: what transactions before `xact` have written is in the figures, the rest is not.

    While `history_xact` is there, of what transactions before that one have written only the rows up to
    `history_entry` and `history_event` are.
    """

    xact = models.BigIntegerField(default=0)
    history_xact = models.BigIntegerField(null=True)
    history_entry = models.BigIntegerField(default=0, db_default=0)
    history_event = models.UUIDField(default=FIRST_EVENT, db_default=FIRST_EVENT)
    counted_at = models.DateTimeField(null=True, help_text="When that was all there was.")

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="one_figure_mark", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.xact}"
