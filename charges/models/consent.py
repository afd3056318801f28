"""The buyer's consent, the page before it, and the history of a charge: written once, never changed."""

import pgtrigger
from django.db import models

from charges.models.charge import Charge
from charges.models.guards import is_of_the_terms
from charges.models.labels import ChargeStatus
from core import clock

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Acceptance(models.Model):
    """Who agreed to exactly which terms, when and from where. Nothing is collected without one."""

    charge = models.OneToOneField(Charge, models.PROTECT, null=True, related_name="acceptance")
    subscription = models.OneToOneField(
        "subscriptions.Subscription", models.PROTECT, null=True, related_name="acceptance"
    )
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+")
    terms_hash = models.CharField(max_length=64)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=255, blank=True)
    language = models.CharField(
        max_length=10, blank=True, db_default="", help_text="Of the page; blank for one that a program sent."
    )
    words = models.TextField(
        blank=True, db_default="", help_text="The sentence above the button, in the language of the page."
    )
    tax = models.JSONField(
        null=True, help_text="The tax on what is paid first, as the page showed it (taxes.terms.TaxTerms)."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accepts_one_thing",
                condition=models.Q(charge=None, subscription__isnull=False)
                | models.Q(charge__isnull=False, subscription=None),
            )
        ]
        triggers = [APPEND_ONLY, is_of_the_terms()]

    def __str__(self) -> str:
        return f"{self.account_id} accepted {self.charge_id or self.subscription_id}"


class PageShown(models.Model):
    """When an account was first shown the page on which it decides about a charge or a subscription.

    It refers to either by its public id, without a foreign key.
    """

    object_id = models.UUIDField()
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+", db_index=False)
    shown_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="the_first_time_counts", fields=["object_id", "account"])]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.account_id} was shown {self.object_id}"


class StatusChange(models.Model):
    """One transition of a charge: who made it, when, from what to what."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="history", db_index=False)
    from_status = models.CharField(max_length=20, choices=ChargeStatus.choices)
    to_status = models.CharField(max_length=20, choices=ChargeStatus.choices)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="each_state_is_left_once", fields=["charge", "from_status"])
        ]
        ordering = ["id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
