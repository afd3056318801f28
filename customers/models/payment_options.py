"""Payment options: the gateway's token of a card or bank account."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.card_expiry import has_passed
from core.ids import new_public_id
from customers.models.addresses import PostalAddress
from customers.models.buyers_of_tests import keeps_to_the_sandbox
from customers.models.customers import MAX_CODE, Customer
from customers.models.organizations import Organization


class PaymentKind(models.TextChoices):
    """What money is taken from."""

    CARD = "card", "Card"
    BANK_ACCOUNT = "bank_account", "Bank account"


class BankAccountType(models.TextChoices):
    """The kinds of bank accounts."""

    CHECKING = "checking", "Checking account"
    SAVINGS = "savings", "Savings account"


def what_its_kind_has() -> Q:
    """A card has a brand and expires; a bank account has a type and its bank a routing number.

    Of a bank account that a buyer entered at the processor only the digits are known.
    """
    card = Q(kind=PaymentKind.CARD, exp_month__isnull=False, exp_year__isnull=False)
    bank_account = Q(kind=PaymentKind.BANK_ACCOUNT, brand="", exp_month=None, exp_year=None)
    typed_here = Q(bank_account_type__in=BankAccountType.values, routing_number__regex="^[0-9]{9}$")
    at_processor = Q(organization__isnull=False, bank_account_type="", routing_number="")
    return card & ~Q(brand="") & Q(bank_account_type="", routing_number="") | bank_account & (
        typed_here | at_processor
    )


class PaymentOption(PostalAddress):
    """A card or bank account of an organisation or a customer, as the gateway's token.

    The number of a card or account never comes here; a routing number is no secret.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="payment_options"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="payment_options", db_index=False
    )
    code = models.CharField(  # noqa: DJ001 - many have none, and then the id stands in for it
        max_length=MAX_CODE, null=True, help_text="The merchant's own name for it."
    )
    kind = models.CharField(
        max_length=20, choices=PaymentKind.choices, default=PaymentKind.CARD, db_default=PaymentKind.CARD
    )
    gateway = models.CharField(max_length=30)
    gateway_token = models.CharField(max_length=255)
    brand = models.CharField(max_length=20, blank=True)
    bank_account_type = models.CharField(
        max_length=20, choices=BankAccountType.choices, blank=True, default="", db_default=""
    )
    routing_number = models.CharField(max_length=9, blank=True, default="", db_default="")
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="A keyed hash of the number, by which it is known again.",
    )
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField(null=True)
    exp_year = models.PositiveSmallIntegerField(null=True)
    holder_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True, db_default=True, help_text="It may be charged.")
    is_single_use = models.BooleanField(
        default=False, db_default=False, help_text="Given for one payment and not offered again."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    followed_at = models.DateTimeField(
        null=True, help_text="When the processor was last asked whether it has been renewed."
    )
    removed_at = models.DateTimeField(null=True, help_text="When its organisation removed it.")
    forgotten_at = models.DateTimeField(null=True, help_text="When the processor dropped a removed one.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_option_has_one_owner",
                condition=Q(organization=None) ^ Q(customer=None),
            ),
            models.UniqueConstraint(
                name="one_default_payment_option",
                fields=["organization"],
                condition=Q(is_default=True),
            ),
            models.CheckConstraint(
                name="only_organizations_have_a_default",
                condition=Q(is_default=False) | Q(organization__isnull=False),
            ),
            models.CheckConstraint(
                name="only_active_options_are_default", condition=Q(is_default=False) | Q(is_active=True)
            ),
            models.CheckConstraint(
                name="what_organizations_switch_off_is_removed",
                condition=Q(organization=None, removed_at=None, forgotten_at=None)
                | Q(organization__isnull=False, is_active=True, removed_at=None, forgotten_at=None)
                | Q(organization__isnull=False, is_active=False, removed_at__isnull=False),
            ),
            models.UniqueConstraint(name="one_payment_option_per_code", fields=["customer", "code"]),
            models.CheckConstraint(name="payment_option_code_not_empty", condition=~Q(code="")),
            models.UniqueConstraint(
                name="one_row_per_gateway_token",
                fields=["gateway", "gateway_token"],
                condition=Q(organization__isnull=False),
            ),
            models.CheckConstraint(name="payment_option_has_a_month", condition=Q(exp_month__range=(1, 12))),
            models.CheckConstraint(
                name="payment_option_keeps_four_digits", condition=Q(last4__regex=r"^\d{4}$")
            ),
            models.CheckConstraint(name="payment_option_fits_its_kind", condition=what_its_kind_has()),
        ]
        indexes = [
            models.Index(
                name="customer_payment_options",
                fields=["customer", "id"],
                condition=Q(customer__isnull=False, is_single_use=False),
            ),
            models.Index(
                name="cards_by_expiry",
                fields=["exp_year", "exp_month"],
                condition=Q(kind=PaymentKind.CARD, is_active=True, is_single_use=False),
            ),
            models.Index(name="options_by_last_four", fields=["last4", "-id"]),
            models.Index(
                name="options_to_forget",
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False, forgotten_at=None),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="option_stays_what_it_is",
                fields=["organization", "customer", "code", "kind", "is_single_use"],
            ),
            keeps_to_the_sandbox(),
        ]

    def __str__(self) -> str:
        kind = self.brand or self.get_bank_account_type_display() or self.get_kind_display()
        return f"{kind.lower()} ending in {self.last4}"

    def has_expired(self, at: datetime) -> bool:
        """Say whether the month (UTC) through which a card is valid is over; bank accounts never expire."""
        return has_passed(self.exp_year, self.exp_month, at=at)

    @property
    def account_type(self) -> str:
        """The means of payment in one word: visa, mastercard, ..., checking, savings."""
        return self.brand or self.bank_account_type
