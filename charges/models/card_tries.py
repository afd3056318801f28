"""Tries of cards at our doors, for the limits of card testing. The number of a card is never kept."""

from django.db import models

from core import clock

LONGEST_CALLER = 120
LONGEST_CARD = 200


class TrySubject(models.TextChoices):
    """What tries are counted for."""

    CALLER = "caller", "Caller"
    ADDRESS = "address", "Address"
    CUSTOMER = "customer", "Customer"
    CARD = "card", "Card"


class CardTry(models.Model):
    """A card that was, or is about to be, shown to the processor; times are UTC.

    `card` is a keyed hash of the number, or our or the processor's name of a card that it keeps.
    """

    caller = models.CharField(max_length=LONGEST_CALLER)
    address = models.CharField(max_length=50)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    card = models.CharField(max_length=LONGEST_CARD)
    is_paid = models.BooleanField(default=False, help_text="The customer has paid with it.")
    is_declined = models.BooleanField(default=False, help_text="The processor refused to keep it.")
    tried_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(name="card_tries_of_caller", fields=["caller", "tried_at"]),
            models.Index(name="card_tries_of_address", fields=["address", "tried_at"]),
            models.Index(name="card_tries_of_customer", fields=["customer", "tried_at"]),
            models.Index(
                name="unpaid_card_tries", fields=["card", "tried_at"], condition=models.Q(is_paid=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.tried_at}"


class CardTesting(models.Model):
    """A caller, address, customer or card whose tries were refused; the counts are those of the last refusal.

    `since` is the first refusal of the present series, which ends after a day without one; times are UTC.
    """

    kind = models.CharField(max_length=10, choices=TrySubject.choices)
    subject = models.CharField(max_length=LONGEST_CARD)
    caller = models.CharField(max_length=LONGEST_CALLER, help_text="Who tried last.")
    tries = models.PositiveIntegerField(help_text="Within 10 minutes.")
    cards = models.PositiveIntegerField(help_text="Different ones, within 10 minutes.")
    declines = models.PositiveIntegerField(help_text="Within 10 minutes.")
    refusals = models.PositiveIntegerField(help_text="Tries that did not reach the processor.")
    since = models.DateTimeField()
    last_refused_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_row_of_card_testing_for_a_subject", fields=["kind", "subject"]),
            models.CheckConstraint(
                name="card_testing_is_of_a_known_kind", condition=models.Q(kind__in=TrySubject.values)
            ),
        ]
        indexes = [models.Index(fields=["last_refused_at"], name="card_testing_by_age")]
        verbose_name = verbose_name_plural = "card testing"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.subject
