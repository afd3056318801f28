"""Card entry: a processor's records of buyers, and the sessions in which they enter cards there."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from customers.models.buyers_of_tests import keeps_to_the_sandbox
from customers.models.organizations import Account, Organization
from customers.models.payment_options import PaymentOption


class ProcessorRecord(models.Model):
    """A processor's record of a buyer organisation, by the processor's own name for it."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="processor_records", db_index=False
    )
    gateway = models.CharField(max_length=30)
    reference = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_record_per_organization_and_gateway", fields=["organization", "gateway"]
            ),
            models.UniqueConstraint(name="one_organization_per_record", fields=["gateway", "reference"]),
            models.CheckConstraint(name="processor_record_is_named", condition=~Q(reference="")),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="record_never_changes", fields=["organization", "gateway", "reference"]),
            keeps_to_the_sandbox(),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.reference}"


class CardEntrySession(models.Model):
    """A processor's page on which an account enters a card for its organisation, once."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="card_entry_sessions", db_index=False
    )
    gateway = models.CharField(max_length=30)
    session = models.CharField(max_length=255, help_text="The processor's own name of it.")
    return_path = models.CharField(
        max_length=200, blank=True, help_text="The page of ours that the buyer came from."
    )
    payment_option = models.ForeignKey(
        PaymentOption, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_row_per_card_entry", fields=["gateway", "session"]),
            models.CheckConstraint(
                name="a_finished_card_entry_has_a_card",
                condition=Q(finished_at=None, payment_option=None)
                | Q(finished_at__isnull=False, payment_option__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="card_entries_of_organization", fields=["organization", "-created_at"]),
            models.Index(
                name="card_entries_open", fields=["created_at"], condition=Q(finished_at__isnull=True)
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="card_entry_stays_what_it_is",
                fields=["public_id", "account", "organization", "gateway", "session", "return_path"],
            ),
            pgtrigger.Protect(
                name="card_entry_is_finished_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
            keeps_to_the_sandbox(),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.public_id}"
