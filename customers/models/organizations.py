"""Organisations and their accounts."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from core import clock
from core.errors import InvalidField
from core.ids import new_public_id
from core.texts import check_display_name
from customers.models.billing_details import BillingDetails
from customers.models.erased import stays_erased
from customers.models.members import ROLE_COLUMNS, Role, an_owner_stays
from customers.models.staff import account_is_not_staff

LICENSE_SEQUENCE = "customers_license_id_seq"
MAX_NAME = 255


class NextLicenseId(models.Func):
    """The database's next licence id, so that two requests never get the same."""

    template = f"nextval('{LICENSE_SEQUENCE}')"
    output_field = models.IntegerField()


def clean_name(name: str) -> str:
    """Return the name of a tenant or an app as it is kept. Raises ValidationError."""
    try:
        checked = check_display_name("name", name, MAX_NAME)
    except InvalidField as refusal:
        raise ValidationError({refusal.field: f"The name {refusal}."}) from None
    if not checked:
        raise ValidationError({"name": "The name must not be blank."})
    return checked


class Organization(BillingDetails):
    """A tenant: it buys, sells, or both."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    license_id = models.IntegerField(unique=True, db_default=NextLicenseId(), editable=False)
    name = models.CharField(max_length=MAX_NAME)
    is_operator = models.BooleanField(
        default=False, help_text="Runs this marketplace: its billing_admin tokens see every tenant."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [GinIndex(SearchVector("name", config="simple"), name="organizations_by_words")]
        constraints = [
            models.CheckConstraint(
                name="organization_country", condition=models.Q(country__regex="^([A-Z]{2})?$")
            ),
            models.CheckConstraint(
                name="a_vat_number_is_of_a_country",
                condition=models.Q(vat_number="") | ~models.Q(country=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_issue_invoices(self) -> bool:
        """Say whether tax invoices can be issued in its name."""
        return bool(self.legal_name and self.country)

    def clean(self) -> None:
        """Refuse names that pages cannot show. Raises ValidationError."""
        self.name = clean_name(self.name)


class Account(models.Model):
    """A person in an organisation; the e-mail is Text's entity id."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="accounts")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account")
    email = models.EmailField(unique=True)
    has_billing_role = models.BooleanField(
        default=False, help_text="May accept charges and see money on behalf of the organisation."
    )
    is_owner = models.BooleanField(
        default=False, db_default=False, help_text="May do everything in the console and says who else may."
    )
    is_developer = models.BooleanField(
        default=False, db_default=False, help_text="May make and change applications in the console."
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="Of pages and mails, such as de; blank for that of the browser, in mails English.",
    )
    # Of a person: organisations have people in many places. Blank means UTC, whose days count in billing.
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Such as Europe/Warsaw; blank for UTC.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    erased_at = models.DateTimeField(
        null=True, editable=False, help_text="When the person was erased; nothing of it changes any more."
    )

    class Meta:
        permissions = [("erase_account", "Can erase a person of a buyer for good")]
        constraints = [
            models.CheckConstraint(
                name="account_email_is_lower_case",
                condition=models.Q(email=Lower("email")),
            ),
            models.CheckConstraint(
                name="account_language_is_a_code",
                condition=models.Q(language__regex=r"^([a-z]{2,3}(-[a-z]{2,4})?)?$"),
            ),
            models.CheckConstraint(
                name="account_time_zone_is_a_name",
                condition=models.Q(time_zone__regex=r"^([A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*)?$"),
            ),
        ]
        triggers = [account_is_not_staff(), an_owner_stays(), stays_erased()]

    def __str__(self) -> str:
        return self.email

    @property
    def given_roles(self) -> list[Role]:
        """The roles that this person was given."""
        return [role for role, column in ROLE_COLUMNS.items() if getattr(self, column)]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that this person has in the console: an owner has all."""
        return frozenset(Role) if self.is_owner else frozenset(self.given_roles)

    @property
    def zone(self) -> tzinfo:
        """The time zone of this person's days; UTC too where this machine does not know it any more."""
        try:
            return ZoneInfo(self.time_zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return UTC
