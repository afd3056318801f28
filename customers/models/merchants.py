"""Those who bill customers of their own through our API: merchants and their keys."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from core import clock
from core.ids import new_public_id
from customers.models.organizations import Organization

MAX_REFERENCE = 128
ACCOUNT_NUMBER_SEQUENCE = "customers_account_number_seq"


class NextAccountNumber(models.Func):
    """The database's next account number, so that two requests never get the same."""

    template = f"nextval('{ACCOUNT_NUMBER_SEQUENCE}')"
    output_field = models.IntegerField()


class AllocationAlgorithm(models.TextChoices):
    """Which of a customer's debts money goes to first."""

    OLDEST_FIRST = "oldest_first", "Oldest debt first"
    INVOICE_THEN_FEES = "invoice_then_fees", "Oldest invoice, then all fees, then the other invoices"


class Merchant(models.Model):
    """A merchant account of an organisation. What it collects is owed to the organisation.

    With a credential of its own it collects on its own account at the processor, and nothing is owed.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    account_number = models.IntegerField(
        unique=True, db_default=NextAccountNumber(), editable=False, help_text="UniBill's accountId."
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="merchants")
    sealed_processor_key = models.BinaryField(
        null=True, help_text="Its own credential at the processor, encrypted (core.sealing)."
    )
    may_pay_out = models.BooleanField(default=False, help_text="It may send money to its customers.")
    daily_payout_limit_minor = models.BigIntegerField(
        default=0, validators=[MinValueValidator(0)], help_text="Cents that it may pay out in one day (UTC)."
    )
    allocation_algorithm = models.CharField(
        max_length=20,
        choices=AllocationAlgorithm.choices,
        default=AllocationAlgorithm.OLDEST_FIRST,
        db_default=AllocationAlgorithm.OLDEST_FIRST,
    )
    is_active = models.BooleanField(default=True, help_text="Its keys open the API.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payout_limit_not_negative", condition=Q(daily_payout_limit_minor__gte=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.public_id}"


class ApiKey(models.Model):
    """A key that opens the API of one merchant; it is found by its digest."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="api_keys")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key.")
    sealed_key = models.BinaryField(
        null=True, help_text="The key itself, encrypted, where it may be shown again (BILLY_SHOW_API_KEYS)."
    )
    hint = models.CharField(max_length=8, help_text="How the key begins.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return f"{self.hint}..."


class Invitation(models.Model):
    """Lets one company register where not everybody may (COMPANY_CREATION); only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the code.")
    note = models.CharField(max_length=255, blank=True, help_text="Whom it is for.")
    expires_at = models.DateTimeField()
    used_by = models.OneToOneField(
        Merchant, models.PROTECT, null=True, related_name="invitation", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.note or f"invitation {self.pk}"
