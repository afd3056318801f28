"""Where the payouts of a seller go, and which sellers are paid every month."""

import hashlib
import json

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import clock
from core.currencies import EXPONENTS
from core.ids import new_public_id
from core.kept_rows import kept_for_ever
from customers.models import Organization

MAX_HOLDER = 70
HIDDEN = "\N{HORIZONTAL ELLIPSIS}"
# What a payout is made to: a change of any of it is another destination.
DESTINATION = (
    "holder",
    "iban",
    "bic",
    "other_account",
    "processor_account",
    "street",
    "postcode",
    "town",
    "country",
)


class PayoutAccount(models.Model):
    """Where the payouts of a seller in one currency go, as it was told once: a change is another row.

    The country is the seller's, by its two letters in ISO 3166.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payout_accounts")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in sorted(EXPONENTS)])
    holder = models.CharField(max_length=MAX_HOLDER, help_text="The legal name, as the bank knows it.")
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    other_account = models.CharField(
        max_length=140, blank=True, help_text="Account and bank where there is no IBAN, for payouts by hand."
    )
    processor_account = models.CharField(
        max_length=255, blank=True, help_text="Its account at the processor, for payouts by transfer."
    )
    street = models.CharField(max_length=70)
    postcode = models.CharField(max_length=16, blank=True)
    town = models.CharField(max_length=35)
    country = models.CharField(max_length=2)
    actor = models.CharField(max_length=120, help_text="Who told it.")
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("add", "view")
        constraints = [
            models.UniqueConstraint(
                name="one_payout_account_per_currency",
                fields=["organization", "currency"],
                condition=Q(replaced_at=None),
            ),
            models.CheckConstraint(
                name="a_payout_account_leads_somewhere",
                condition=~Q(iban="", other_account="", processor_account=""),
            ),
            models.CheckConstraint(
                name="a_payout_account_is_replaced_after_it_was_made",
                condition=Q(replaced_at=None)
                | Q(replaced_at__isnull=False) & Q(replaced_at__gte=F("created_at")),
            ),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="told_once", exclude=["replaced_at"]),
            pgtrigger.Protect(
                name="replaced_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.replaced_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}, {self.masked}"

    @property
    def masked(self) -> str:
        """The account as it may be shown: of an IBAN, the country and the last four characters."""
        if self.iban:
            return f"{self.iban[:2]}{HIDDEN} {self.iban[-4:]}"
        return _mask(self.other_account or self.processor_account)

    @property
    def fingerprint(self) -> str:
        """A hash of where the money goes; approvals are of it."""
        said = [[name, getattr(self, name)] for name in DESTINATION]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class PayoutSchedule(models.Model):
    """A seller that is paid what is available on the first day of each month (UTC)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payout_schedules")
    currency = models.CharField(max_length=3)
    is_active = models.BooleanField(default=True)
    actor = models.CharField(max_length=120, help_text="Who said so last.")
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="one_payout_schedule_per_currency", fields=["organization", "currency"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.currency}"


def _mask(text: str) -> str:
    return text if len(text) <= 4 else f"{HIDDEN} {text[-4:]}"
